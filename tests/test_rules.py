"""The registered decision rules, on synthetic cases whose verdict follows from the rule's own words."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemeenten.claims import rules
from gemeenten.errors import DesignError

SESOI = 0.20
SMALL_SE, MIDDLE_SE, HUGE_SE = 0.02, 0.05, 1.0


def intervals(estimate, se):
    return tuple((estimate - z * se, estimate + z * se) for z in (1.959964, 1.644854))


def directional(estimate, se, **options):
    return rules.directional(estimate, *intervals(estimate, se), SESOI, **options)


@pytest.mark.parametrize(
    ("estimate", "se", "verdict"),
    [
        (0.0, SMALL_SE, "contradicted"),  # no effect, shown to be negligible
        (SESOI / 2, SMALL_SE, "contradicted"),  # 90 % interval .067 to .133 lies inside +-.20
        (SESOI / 2, MIDDLE_SE, "contradicted"),  # .018 to .182 still does
        (0.15, MIDDLE_SE, "weakly supported"),  # .052 to .248 excludes zero, below the SESOI
        (SESOI, MIDDLE_SE, "supported"),
        (2 * SESOI, MIDDLE_SE, "supported"),
        (-2 * SESOI, MIDDLE_SE, "contradicted"),  # wrong sign
        (0.0, HUGE_SE, "inconclusive"),
        (2 * SESOI, HUGE_SE, "inconclusive"),
        (math.nan, SMALL_SE, "inconclusive"),
    ],
)
def test_a_predicted_difference_gets_the_verdict_of_its_rule(estimate, se, verdict):
    assert directional(estimate, se) == verdict


def test_the_prediction_may_be_negative():
    assert directional(-2 * SESOI, MIDDLE_SE, direction=-1) == "supported"
    assert directional(2 * SESOI, MIDDLE_SE, direction=-1) == "contradicted"


def test_a_wrong_sign_is_inconclusive_where_the_registered_rule_does_not_list_it():
    assert directional(2 * SESOI, MIDDLE_SE, direction=-1, wrong_side=False) == "inconclusive"


@pytest.mark.parametrize(
    ("estimate", "se", "verdict"),
    [
        (0.0, SMALL_SE, "supported"),
        (SESOI / 2, MIDDLE_SE, "supported"),
        (SESOI, MIDDLE_SE, "contradicted"),
        (2 * SESOI, MIDDLE_SE, "contradicted"),
        (-2 * SESOI, MIDDLE_SE, "contradicted"),  # either sign speaks against "no difference"
        (0.15, MIDDLE_SE, "inconclusive"),  # excludes zero, below the bound, not inside it
        (0.0, HUGE_SE, "inconclusive"),  # not significant is not support
    ],
)
def test_a_claim_of_no_difference_needs_an_interval_inside_the_bounds(estimate, se, verdict):
    assert rules.equivalence(estimate, *intervals(estimate, se), SESOI) == verdict


@pytest.mark.parametrize(
    ("ratio", "se_log", "verdict"),
    [
        (1.0, 0.02, "contradicted"),
        (1.22, 0.01, "contradicted"),  # inside 1/1.25 to 1.25
        (1.35, 0.05, "weakly supported"),
        (1.5, 0.05, "supported"),
        (2.25, 0.05, "supported"),
        (0.6, 0.05, "contradicted"),
        (2.25, 2.0, "inconclusive"),
    ],
)
def test_a_ratio_is_judged_on_its_own_scale(ratio, se_log, verdict):
    ci95, ci90 = (tuple(np.exp(bounds)) for bounds in intervals(math.log(ratio), se_log))
    options = {"sesoi_ratio": 1.5, "negligible": (1 / 1.25, 1.25)}
    assert rules.ratio_directional(ratio, ci95, ci90, **options) == verdict
    turned = tuple(1 / bound for bound in ci95[::-1]), tuple(1 / bound for bound in ci90[::-1])
    assert rules.ratio_directional(1 / ratio, *turned, direction=-1, **options) == verdict


def test_a_ratio_with_an_endless_upper_bound_can_still_be_supported():
    ci = (1.2, math.inf)  # an exact interval when one group has no failures
    assert rules.ratio_directional(4.0, ci, ci, 1.5) == "supported"


def test_a_quantity_above_a_threshold_is_judged_by_its_interval():
    assert rules.above(0.55, 0.7, 0.5) == "supported"
    assert rules.above(0.3, 0.45, 0.5) == "contradicted"
    assert rules.above(0.45, 0.55, 0.5) == "inconclusive"
    assert rules.above(math.nan, math.nan, 0.5) == "inconclusive"


def test_compound_rules_turn_their_conditions_into_a_verdict():
    assert rules.from_conditions(True, False) == "supported"
    assert rules.from_conditions(False, True) == "contradicted"
    assert rules.from_conditions(False, False) == "inconclusive"
    assert rules.from_conditions(False, False, weakly=True) == "weakly supported"
    assert rules.from_conditions(True, False, observed=False) == "untested"


def test_the_general_rule_covers_predictions_null_claims_and_no_data():
    strong, null = intervals(2 * SESOI, MIDDLE_SE), intervals(0.0, MIDDLE_SE)
    assert rules.verdict(2 * SESOI, *strong, SESOI, 1, n=100) == "supported"
    assert rules.verdict(2 * SESOI, *strong, SESOI, 1, n=100, power=0.8) == "supported"
    assert rules.verdict(2 * SESOI, *strong, SESOI, 1, n=100, power=0.2) == "weakly supported"
    assert rules.verdict(0.0, *null, SESOI, 0, n=100, power=0.2) == "supported"
    assert rules.verdict(2 * SESOI, *strong, SESOI, -1, n=100) == "contradicted"
    assert rules.verdict(math.nan, *strong, SESOI, 1, n=0) == "untested"


@pytest.mark.parametrize("verdict", rules.VERDICTS)
def test_simulated_data_give_no_verdict(verdict):
    assert rules.cap(verdict, "simulated") == "untested"
    assert rules.cap(verdict, "census", "simulated") == "untested"
    assert rules.cap(verdict, "simulated", all_municipalities=False) == "untested"


@pytest.mark.parametrize("tier", ["coded", "survey"])
def test_a_convenience_sample_supports_weakly_and_contradicts_nothing_about_all(tier):
    assert rules.cap("supported", tier) == "weakly supported"
    assert rules.cap("contradicted", tier) == "inconclusive"
    assert rules.cap("inconclusive", tier) == "inconclusive"
    assert rules.cap("supported", tier, all_municipalities=False) == "supported"
    assert rules.cap("supported", "imported", tier) == "weakly supported"


@pytest.mark.parametrize("tier", ["census", "register", "published", "imported"])
def test_other_tiers_leave_the_verdict(tier):
    assert [rules.cap(verdict, tier) for verdict in rules.VERDICTS] == list(rules.VERDICTS)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: rules.directional(0, (1, -1), (0, 0), SESOI), "interval"),
        (lambda: rules.directional(0, (-1, 1), (-1, 1), 0), "sesoi"),
        (lambda: rules.directional(0, (-1, 1), (-1, 1), SESOI, direction=0), "direction"),
        (lambda: rules.equivalence(0, (-1, 1), (-1, 1), -0.1), "sesoi"),
        (lambda: rules.above(1, 0, 0.5), "interval"),
        (lambda: rules.ratio_directional(0, (0, 1), (0, 1), 1.5), "ratio"),
        (lambda: rules.ratio_directional(1, (0.5, 2), (0.6, 1.8), 0.5), "ratio"),
        (lambda: rules.cap("true", "census"), "true"),
        (lambda: rules.cap("supported", "gossip"), "gossip"),
    ],
)
def test_an_impossible_input_is_refused_by_name(call, named):
    with pytest.raises(DesignError, match=named) as refusal:
        call()
    assert "\n" not in str(refusal.value)


@given(st.floats(-2, 2), st.floats(0.001, 3))
def test_no_estimate_supports_a_difference_and_its_absence(estimate, se):
    null = rules.equivalence(estimate, *intervals(estimate, se), SESOI)
    for direction in (1, -1):
        assert {directional(estimate, se, direction=direction), null} != {"supported"}
        if directional(estimate, se, direction=direction) == "supported":
            assert null == "contradicted"


@given(st.floats(-2, 2), st.floats(0.001, 3))
def test_turning_the_sign_around_turns_the_prediction_around(estimate, se):
    assert directional(estimate, se) == directional(-estimate, se, direction=-1)


def test_without_an_effect_a_predicted_difference_is_supported_in_about_one_in_forty_at_most():
    draws = np.random.default_rng(7).normal(0, MIDDLE_SE, 4000)
    supported = [directional(draw, MIDDLE_SE) == "supported" for draw in draws]
    assert np.mean(supported) < 0.025  # the SESOI of four standard errors makes it rarer still
