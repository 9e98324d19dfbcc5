"""The ledger: every claim has a row, corrections hold within their family, simulated data give no verdict."""

import re
import shutil
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from marks_export import make_root, marks, municipalities, save

from gemeenten import claims, inbox, registry, simulate
from gemeenten.claims import kept, registered, rules
from gemeenten.claims.evidence import Evidence, Finding
from gemeenten.errors import DataError, DesignError

module = sys.modules["gemeenten.claims.ledger"]  # the package gives the function of that name

CONTRACT = [
    "id",
    "statement",
    "tier",
    "estimate",
    "low",
    "high",
    "unit",
    "n",
    "verdict",
    "sentence",
    "notebook",
]
PRIMARY = {"C11", "C12", "C25", "C27", "C29", "C31", "C33", "H1"}
NEEDS_MARKS = ["C26", "C27", "C29", "H1", "H2", "H3"]


@pytest.fixture
def root(tmp_path, monkeypatch):
    folder = make_root(tmp_path / "root")
    monkeypatch.setenv("GEMEENTEN_ROOT", str(folder))
    return folder


def assembled(**findings):
    """Return the ledger in which all claims are untested but those given, indexed by claim."""
    rows = [findings.get(claim, Finding(Evidence(""), "untested")) for claim in registered()["id"]]
    return module.assemble(registered(), rows).set_index("id")


def found(p, verdict="supported", tier="census", **fields):
    return Finding(
        Evidence(tier, 1.0, 0.5, 1.5, 0.6, 1.4, "points", 100, p, words="Found.", **fields), verdict
    )


# --- the whole ledger ------------------------------------------------------------------------------------


def test_the_ledger_has_a_row_for_every_registered_claim_in_order(root):
    board = claims.ledger()
    assert list(board.columns) == [*CONTRACT, "p", "p_adjusted", "family"]
    assert list(board["id"]) == list(registered()["id"])
    assert {*board["id"]} >= {f"C{n:02d}" for n in range(1, 36)} | {"H1", "H2", "H3"}
    assert (board["notebook"] == registered()["notebook"]).all()
    assert (board["statement"] == registered()["statement"]).all()
    assert set(board["id"][board["family"] == "primary"]) == PRIMARY


def test_every_row_keeps_to_the_words_and_the_order_of_its_numbers(root):
    for row in claims.ledger().itertuples():
        assert row.verdict in rules.VERDICTS
        if row.verdict == "untested":
            assert row.sentence.startswith("Untested. What would settle it: ") and len(row.sentence) > 60
            assert (row.tier, row.n) == ("", 0) and np.isnan(row.estimate) and np.isnan(row.p)
        else:
            assert row.tier in registry.TIERS and row.tier not in ("simulated", "imported")
            assert row.n > 0 and row.sentence.startswith(row.verdict.capitalize())
            assert row.sentence.endswith(f"(n = {row.n:,}; tier: {row.tier})")
        assert not row.estimate < row.low and not row.estimate > row.high
        assert not row.p > row.p_adjusted
        assert not re.search(r"\bnan\b|\n", row.sentence)


def test_no_convenience_sample_supports_a_claim_outright(root):
    board = claims.ledger()
    survey = board[board["tier"] == "survey"]
    assert not survey["verdict"].isin(["supported", "contradicted"]).any()


def test_a_second_computation_gives_the_same_ledger_as_the_first_and_as_the_kept_one(root):
    first = claims.ledger()
    module._computed.cache_clear()
    pd.testing.assert_frame_equal(claims.ledger(), first, check_exact=True)
    shutil.rmtree(root / "build")
    module._computed.cache_clear()
    pd.testing.assert_frame_equal(claims.ledger(), first, check_exact=True)


def test_a_kept_ledger_is_not_used_for_other_tables(root):
    before = kept.digest()
    table = root / "data" / "turnout.csv"
    content = table.read_bytes()
    table.unlink()  # it is a link to the shipped one
    table.write_bytes(content + b"\n")
    assert kept.digest() != before


def test_changing_a_ledger_does_not_change_the_next(root):
    board = claims.ledger()
    board["verdict"] = "supported"
    assert not (claims.ledger()["verdict"] == "supported").all()


def test_every_claim_has_one_function_and_a_second_one_is_refused(root, monkeypatch):
    functions = module.functions()
    assert list(functions) == list(registered()["id"])
    doubled = sys.modules["gemeenten.claims.untested"]
    twin = lambda: None  # noqa: E731
    twin.__module__ = doubled.__name__
    monkeypatch.setattr(doubled, "c31", twin, raising=False)
    with pytest.raises(DataError, match=r"claim C31: has two functions"):
        module.functions()


def test_a_claim_without_a_function_is_named(root, monkeypatch):
    monkeypatch.delattr("gemeenten.claims.untested.c30")
    with pytest.raises(DataError, match="claims C30: no function"):
        module.functions()


# --- imported and simulated marks ------------------------------------------------------------------------


def _export():
    frame = municipalities((2014, 2016, 2018, 2020))
    frame["dv01"] = marks(frame, size=-0.4 * (frame["population"] > 100_000))
    frame["klant"] = marks(frame, seed=2)
    frame["partner"] = marks(frame, seed=3)
    return frame.drop(columns="population")


def test_imported_marks_give_the_verdicts_that_were_untested(root, tmp_path):
    before = claims.ledger().set_index("id")
    result = inbox.import_scores(save(tmp_path, _export()))
    after = claims.ledger().set_index("id")
    assert (before.loc[NEEDS_MARKS, "verdict"] == "untested").all()
    assert after.loc["H1", ["verdict", "tier"]].tolist() == ["supported", "imported"]
    assert after.loc["H1", "p"] < after.loc["H1", "p_adjusted"] < 0.05
    assert after.loc["H1", "high"] < 0
    assert after.loc[["C27", "C29", "H2", "H3", "C31"], "tier"].eq("imported").all()
    others = [claim for claim in after.index if claim not in [*NEEDS_MARKS, "C12", "C31"]]
    assert (after.loc[others, "estimate"].dropna() == before.loc[others, "estimate"].dropna()).all()
    result.stored.unlink()
    pd.testing.assert_frame_equal(claims.ledger().set_index("id"), before, check_exact=True)


def test_a_simulated_panel_gives_no_verdict_even_under_real_codes(root, tmp_path):
    before = claims.ledger()
    places = municipalities([2018])
    panel = simulate.panel(places["population"], years=[2018], jump=-0.4, seed=3)
    panel = panel.assign(gemeente=places["code"].to_numpy()).rename(columns={"score": "dv01", "year": "jaar"})
    for frame in (panel, panel.drop(columns="tier"), panel.drop(columns="code")):
        frame.to_csv(tmp_path / "panel.csv", index=False)
        with pytest.raises(DataError, match="simulated data can give no verdict"):
            inbox.import_scores(tmp_path / "panel.csv")
    pd.testing.assert_frame_equal(claims.ledger(), before, check_exact=True)


@pytest.mark.parametrize("verdict", rules.VERDICTS)
def test_simulated_evidence_leaves_every_claim_untested(verdict):
    simulated = found(1e-9, verdict, "simulated", wanted="measured marks")
    board = assembled(**dict.fromkeys(registered()["id"], simulated))
    assert (board["verdict"] == "untested").all()
    assert board[["estimate", "low", "high", "p", "p_adjusted"]].isna().all(axis=None)
    assert (board["tier"] == "").all() and (board["n"] == 0).all()
    assert (board["sentence"] == "Untested. What would settle it: measured marks.").all()


def test_a_simulated_p_value_counts_for_no_family():
    board = assembled(C06=found(0.04), C13=found(1e-9, tier="simulated"))
    assert board.loc["C06", "p_adjusted"] == 0.04
    assert board.loc["C06", "verdict"] == "supported"


def test_evidence_of_an_unknown_tier_is_refused():
    with pytest.raises(DesignError, match="gossip"):
        assembled(C11=found(0.01, tier="gossip"))


# --- correction for the other tests ----------------------------------------------------------------------


def test_holm_holds_in_the_primary_family_and_benjamini_hochberg_elsewhere():
    # By hand, Holm 1979 of eight, four of them not tested: 8 x .005, 7 x .02, 6 x .03, max(.18, 5 x .04);
    # BH 1995 of the four tested: p x 4 / rank from above
    p = dict(
        zip(
            ("C11", "C12", "C25", "C33", "C06", "C13", "C16", "C19"),
            [0.005, 0.02, 0.03, 0.04] + [0.01, 0.02, 0.03, 0.04],
            strict=True,
        )
    )
    board = assembled(**{claim: found(value) for claim, value in p.items()})
    assert board.loc[["C11", "C12", "C25", "C33"], "p_adjusted"].tolist() == pytest.approx(
        [0.04, 0.14, 0.18, 0.20]
    )
    assert board.loc[["C06", "C13", "C16", "C19"], "p_adjusted"].tolist() == pytest.approx([0.04] * 4)
    assert board.loc["C11", "verdict"] == "supported"
    assert board.loc[["C12", "C25", "C33"], "verdict"].tolist() == ["inconclusive"] * 3
    assert "p-value of 0.020 becomes 0.140" in board.loc["C12", "sentence"]
    assert board.loc["C12", "sentence"].startswith("Inconclusive. Found.")


def test_holm_does_not_depend_on_which_other_primary_claims_have_data():
    alone, beside = assembled(C11=found(0.006)), assembled(C11=found(0.006), C29=found(0.5), C31=found(0.9))
    assert alone.loc["C11", "p_adjusted"] == beside.loc["C11", "p_adjusted"] == pytest.approx(8 * 0.006)
    family = registered().query("family == 'primary'")["id"]
    assert len(family) == 8  # METHODS: a primary family of eight


@pytest.mark.parametrize(
    ("verdict", "decides", "after"),
    [
        ("supported", ("supported", "contradicted"), "inconclusive"),
        ("contradicted", ("supported", "contradicted"), "inconclusive"),
        ("contradicted", ("supported",), "contradicted"),  # by an interval inside the bounds
        ("weakly supported", ("supported", "contradicted"), "inconclusive"),
        ("weakly supported", ("contradicted",), "weakly supported"),
        ("inconclusive", ("supported", "contradicted"), "inconclusive"),
    ],
)
@pytest.mark.parametrize("p", [0.04, 0.08])  # below .05 before the correction, and not
def test_only_a_verdict_that_rests_on_its_p_value_falls_with_it(verdict, decides, after, p):
    board = assembled(C11=found(p, verdict, p_decides=decides), C12=found(0.03))
    assert board.loc["C11", "p_adjusted"] == pytest.approx(7 * p)
    assert board.loc["C11", "verdict"] == after
    fell = after != verdict
    assert (f"The p-value of {p:.3f} becomes {7 * p:.3f}" in board.loc["C11", "sentence"]) == (
        fell or p < 0.05
    )


def test_a_verdict_on_a_count_stands():
    counted = replace(found(0.04).evidence, p=np.nan)
    board = assembled(C11=Finding(counted, "supported"), C12=found(0.2))
    assert board.loc["C11", "verdict"] == "supported" and np.isnan(board.loc["C11", "p_adjusted"])


def test_h3_shares_the_test_of_c29_and_is_not_counted_twice():
    board = assembled(C29=found(0.02), C11=found(0.03), H3=found(0.02), C06=found(0.02))
    assert board.loc[["C29", "C11"], "p_adjusted"].tolist() == pytest.approx([0.16, 0.21])
    assert board.loc["H3", "p_adjusted"] == board.loc["C29", "p_adjusted"]
    assert board.loc["C06", "p_adjusted"] == 0.02  # H3 is not among the secondary tests


def test_an_estimate_that_the_words_leave_out_is_added_to_the_sentence():
    sentence = assembled(C11=found(0.001)).loc["C11", "sentence"]
    assert "Estimate: 1.00 points. 95% interval 0.500 to 1.50. (n = 100; tier: census)" in sentence
