"""The chapter's scheme as data: three models, six traits, three swings, six roles, four charts."""

import pandas as pd
import pytest

from gemeenten import scheme
from gemeenten.errors import DataError


def test_every_trait_has_a_value_in_every_model():
    table = scheme.traits().pivot(index="trait", columns="model", values="value")
    assert table.shape == (6, 3)
    assert table.notna().all(axis=None)
    assert list(scheme.MODELS["decade"]) == [1980, 1990, 2000]


def test_the_pendulum_swings_out_and_partly_back_in_three_dimensions():
    swings = (
        scheme.traits().dropna(subset="position").pivot(index="trait", columns="model", values="position")
    )
    assert set(swings.index) == set(scheme.POLES)
    assert (swings["sectoren"] > swings["secretarie"]).all()
    assert (swings["directie"] < swings["sectoren"]).all()


def test_four_city_roles_each_resemble_a_citizen_role():
    resembled = [role for roles in scheme.G4_ROLES["resembles"] for role in roles]
    assert len(scheme.ROLES) == 6
    assert len(scheme.G4_ROLES) == 4
    assert set(resembled) <= set(scheme.ROLES["citizen"])


@pytest.mark.parametrize(
    ("chart", "per_level"),
    [
        ("secretarie", [1, 3]),
        ("sectoren", [1, 3, 9]),
        ("directie", [1, 6]),
        ("directie in practice", [1, 2, 6, 12]),
    ],
)
def test_charts_have_as_many_units_a_level_as_drawn_in_the_chapter(chart, per_level):
    units = scheme.organogram(chart)
    assert units.groupby("level").size().tolist() == per_level


@pytest.mark.parametrize("chart", scheme.CHARTS)
def test_charts_are_trees_whose_parents_stand_over_the_middle_of_their_units(chart):
    units = scheme.organogram(chart).set_index("unit")
    assert units.index.is_unique
    assert units["parent"].isna().sum() == 1
    for parent, below in units.groupby("parent"):
        assert (below["level"] == units.loc[parent, "level"] + 1).all()
        assert units.loc[parent, "x"] == pytest.approx(below["x"].mean())
    for _, level in units.groupby("level"):
        assert level["x"].is_unique


def test_an_unknown_chart_names_the_known_ones():
    with pytest.raises(DataError, match="no 'matrix'; choose from secretarie, sectoren, directie"):
        scheme.organogram("matrix")


def test_the_scheme_is_a_copy_each_time():
    table = scheme.traits()
    table["value"] = pd.NA
    assert scheme.traits()["value"].notna().all()
