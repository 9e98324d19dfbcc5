"""Names, size classes, council seats and crossings of 100,000: against the law, CBS and the register."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemeenten import amalgamations, crossings, municipalities, tables
from gemeenten.errors import DataError

# --- size: strictly more than 100,000 -----------------------------------------------------------------------


@pytest.mark.parametrize(("inhabitants", "large"), [(99_999, False), (100_000, False), (100_001, True)])
def test_large_is_strictly_more_than_100000(inhabitants, large):
    assert municipalities.is_large(inhabitants) == large


def test_missing_inhabitants_are_neither_large_nor_small():
    answer = municipalities.is_large(pd.Series([np.nan, 5.0, 2e5]))
    assert answer.isna().tolist() == [True, False, False]
    assert answer[1:].tolist() == [False, True]
    assert pd.isna(municipalities.council_seats(np.nan))
    assert pd.isna(municipalities.size_class(np.nan))


def test_size_classes_hold_their_lower_bound_as_cbs_draws_them():
    classes = municipalities.size_class([4_999, 5_000, 99_999, 100_000, 249_999, 250_000])
    assert classes.tolist() == [
        "under 5,000",
        "5,000 to 10,000",
        "50,000 to 100,000",
        "100,000 to 150,000",
        "150,000 to 250,000",
        "250,000 and over",
    ]


@pytest.mark.parametrize(
    ("inhabitants", "seats"),
    [
        (1, 9),
        (3_000, 9),
        (3_001, 11),
        (80_001, 37),
        (100_000, 37),
        (100_001, 39),
        (200_000, 39),
        (200_001, 45),
    ],
)
def test_council_seats_follow_article_8_of_the_gemeentewet(inhabitants, seats):
    assert municipalities.council_seats(inhabitants) == seats


@given(st.lists(st.integers(0, 2_000_000), min_size=2, max_size=30))
def test_seats_never_fall_with_size_and_are_odd(inhabitants):
    seats = municipalities.council_seats(pd.Series(sorted(inhabitants)))
    assert seats.is_monotonic_increasing
    assert (seats % 2 == 1).all()


@pytest.mark.parametrize("function", ["is_large", "size_class", "council_seats"])
@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (pd.Series([5, -1], index=["a", "b"]), "row b: -1 is negative"),
        (["5", 6], "row 0: '5' is no number"),
        ("100000", "row 0: '100000' is no number"),
        (True, "True or False"),
    ],
)
def test_inhabitants_that_are_none_are_refused_with_their_row(function, bad, told):
    with pytest.raises(DataError, match=told):
        getattr(municipalities, function)(bad)


# --- names and codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Den Haag", "GM0518"),
        ("'S-GRAVENHAGE", "GM0518"),
        ("s gravenhage", "GM0518"),
        ("Den Bosch", "GM0796"),
        ("Súdwest-Fryslân", "GM1900"),
        ("sudwest fryslan", "GM1900"),
        ("Alphen a/d Rijn", "GM0484"),
        ("Utrecht (gemeente)", "GM0344"),
        ("Bergen (NH)", "GM0373"),
        ("gemeente Oss", "GM0828"),
    ],
)
def test_a_municipality_is_found_whatever_its_spelling(spelling, code):
    assert municipalities.code(spelling) == code


def test_every_name_of_2026_leads_back_to_its_code():
    for code in municipalities.existing(2026):
        assert municipalities.code(municipalities.name(code), 2026) == code


def test_a_name_shared_by_two_is_refused_with_the_choices():
    with pytest.raises(DataError, match="'Bergen' is ambiguous, GM0373 .* or GM0893 .*; add the province"):
        municipalities.code("Bergen")


def test_the_year_tells_namesakes_apart():
    """Hengelo in Gelderland ended in 2005; Hengelo in Overijssel is still there."""
    assert municipalities.code("Hengelo", 2020) == "GM0164"
    with pytest.raises(DataError, match="ambiguous"):
        municipalities.code("Hengelo")


def test_unknown_names_and_codes_come_with_the_closest():
    with pytest.raises(DataError, match="no municipality 'Utrech'; the closest are GM0344 Utrecht"):
        municipalities.code("Utrech")
    with pytest.raises(DataError, match="no municipality '0344'; .*GM and four digits"):
        municipalities.name("0344")
    with pytest.raises(DataError, match="no text"):
        municipalities.code(344)


@pytest.mark.parametrize(
    ("spelled", "code"),
    [("Ysselstein", "GM0353"), ("Nymegen", "GM0268"), ("Bergeyk", "GM0749"), ("Bergeijk", "GM1724")],
)
def test_y_stands_for_ij_where_no_name_is_spelled_so(spelled, code):
    assert municipalities.code(spelled) == code


def test_a_merged_municipality_is_told_with_its_successor():
    with pytest.raises(DataError, match="GM0457 Weesp ended 2022-03-24 .into GM0363 Amsterdam"):
        municipalities.name("GM0457", 2023)
    assert municipalities.name("GM0457", 2022) == "Weesp"


@pytest.mark.parametrize(
    ("year", "count"), [(2012, 415), (2014, 403), (2017, 388), (2020, 355), (2023, 342), (2026, 342)]
)
def test_the_number_of_municipalities_is_the_published_one(year, count):
    assert len(municipalities.existing(year)) == count


def test_years_without_a_full_list_are_refused():
    with pytest.raises(DataError, match="listed from 1990"):
        municipalities.existing(1989)
    with pytest.raises(DataError, match="2027"):
        municipalities.exists("GM0344", 2027)


# --- crossings of 100,000 -----------------------------------------------------------------------------------


def test_the_crossings_since_2012_and_their_causes():
    found = municipalities.crossings(2012, 2026)
    assert list(zip(found["name"], found["year"], found["cause"], strict=True)) == [
        ("Leeuwarden", 2014, "amalgamation"),
        ("Alphen aan den Rijn", 2014, "amalgamation"),
        ("Delft", 2014, "growth"),
        ("Alkmaar", 2015, "amalgamation"),
        ("Deventer", 2020, "growth"),
    ]
    assert (found["direction"] == "up").all()


def test_what_merged_in_is_unknown_where_a_split_municipality_took_part():
    found = municipalities.crossings(2012, 2026).set_index("name")
    assert pd.isna(found.loc["Leeuwarden", "merged_in"])
    assert found.loc["Alphen aan den Rijn", "merged_in"] == 33_772  # Boskoop and Rijnwoude on 1 January 2013


def test_crossings_account_for_every_change_in_the_number_of_large_municipalities():
    found = municipalities.crossings(2012, 2026)
    for year in range(2013, 2027):
        gained = (found["year"] == year).sum()
        assert len(municipalities.large(year)) - len(municipalities.large(year - 1)) == gained


def test_large_municipalities_are_those_of_the_population_table():
    population = tables.load("population").query("year == 2023 and quality == 'official'")
    assert municipalities.large(2023) == sorted(population.query("population > 100_000")["code"])


def test_crossing_years_without_all_inhabitants_are_refused():
    with pytest.raises(DataError, match="known from 2012"):
        municipalities.crossings(2005, 2015)


@pytest.mark.parametrize(
    ("before", "merged", "after", "cause"),
    [
        (90_000, 20_000, 110_000, "amalgamation"),  # neither alone would do but the merger does
        (99_900, 20_000, 121_000, "both"),  # would have grown across on its own
        (90_000, 9_000, 100_500, "both"),  # neither the merger nor the growth suffices alone
    ],
)
def test_the_cause_is_what_would_not_have_happened_otherwise(before, merged, after, cause):
    columns = ["date", "old_code", "old_name", "new_code", "new_name", "type", "quality"]
    merger = ("2001-01-01", "GM0001", "Small", "GM0002", "Big", "absorbed_by_existing", "")
    spells = [("GM0001", "Small", 2000, 2000), ("GM0002", "Big", 2000, 2001), ("GM0003", "Rest", 2000, 2001)]
    graph = amalgamations.build(
        pd.DataFrame([merger], columns=columns),
        pd.DataFrame(spells, columns=["code", "name", "first_year", "last_year"]),
    )
    population = {
        2000: pd.Series({"GM0001": merged, "GM0002": before, "GM0003": 1_000_000}),
        2001: pd.Series({"GM0002": after, "GM0003": 1_020_000}),
    }
    found = crossings.find(graph, population)
    assert found["code"].tolist() == ["GM0002"]
    assert found["cause"].tolist() == [cause]
    assert found["merged_in"].tolist() == [merged]
