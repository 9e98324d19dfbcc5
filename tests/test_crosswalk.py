"""The crosswalk: inhabitants are conserved, splits are reported, bad input is refused in one line."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemeenten import amalgamations, crosswalk, municipalities, tables
from gemeenten.errors import DataError

TOTAL_2012 = 16_730_348  # inhabitants on 1 January 2012, CBS 37259ned
LAST = 2026


@pytest.fixture(scope="module")
def population():
    everyone = tables.load("population").query("quality == 'official'")
    return everyone[["code", "year", "population"]].reset_index(drop=True)


def rows(*triples):
    return pd.DataFrame(triples, columns=["code", "year", "population"])


def value(frame, code, year):
    return frame.set_index(["code", "year"]).loc[(code, year)]


# --- published facts and single cases -------------------------------------------------------------------


def test_the_2012_population_keeps_its_national_total_on_2023_boundaries(population):
    carried = crosswalk.harmonise(population[population["year"] == 2012], 2023, sum=["population"])
    assert carried["population"].sum() == TOTAL_2012
    assert carried["split_into"].isna().sum() == 342


def test_every_year_keeps_its_total_on_2026_boundaries(population):
    carried = crosswalk.harmonise(population, LAST, sum=["population"])
    before = population.groupby("year")["population"].sum()
    assert carried.groupby("year")["population"].sum().equals(before)
    assert not carried["population"].isna().any()


def test_a_merger_of_three_is_the_sum_of_the_three(population):
    parts = population[population["code"].isin(["GM0003", "GM0010", "GM0024"]) & (population["year"] == 2020)]
    eemsdelta = crosswalk.harmonise(parts, 2021, sum=["population"])
    assert eemsdelta["code"].tolist() == ["GM1979"]
    assert eemsdelta["population"].tolist() == [parts["population"].sum()]
    assert eemsdelta["complete"].all()


def test_a_rename_and_the_merger_before_it_are_followed_as_one_chain(population):
    """Skarsterlân, Lemsterland, Gaasterlân-Sleat: De Friese Meren (2014), De Fryske Marren (July 2015)."""
    parts = population[population["code"].isin(["GM0051", "GM0082", "GM0653"]) & (population["year"] == 2013)]
    assert crosswalk.harmonise(parts, 2015, sum=["population"])["code"].tolist() == ["GM1921"]
    marren = crosswalk.harmonise(parts, 2016, sum=["population"])
    assert marren["code"].tolist() == ["GM1940"]
    assert marren["population"].tolist() == [27_419 + 13_566 + 10_196]


@pytest.mark.parametrize(
    ("old", "new", "year"),
    [("GM1921", "GM1940", 2015), ("GM0457", "GM0363", 2022), ("GM0600", "GM0599", 2010)],
)
def test_an_event_within_a_year_counts_for_the_next_first_of_january(old, new, year):
    assert municipalities.exists(old, year)
    assert not municipalities.exists(old, year + 1)
    assert crosswalk.successors(old, year, year) == [old]
    assert crosswalk.successors(old, year, year + 1) == [new]


def test_two_codes_that_end_on_one_day_one_into_the_other_are_followed_through():
    """Bingelrade went to Schinveld and Schinveld to Onderbanken, both on 1 January 1982."""
    assert crosswalk.successors("GM0894", 1981, 1982) == ["GM0881"]


def test_a_split_municipality_stays_under_its_old_code_and_marks_its_successors(population):
    carried = crosswalk.harmonise(population[population["year"] == 2018], 2023, sum=["population"])
    haaren = value(carried, "GM0788", 2018)
    assert haaren["split_into"] == "GM0757;GM0824;GM0855;GM0865"
    assert haaren["boundaries"] == 2020
    assert haaren["complete"]
    boxtel = value(carried, "GM0757", 2018)
    assert boxtel["population"] == value(population, "GM0757", 2018)["population"]
    assert not boxtel["complete"]
    incomplete = carried.loc[~carried["complete"], "code"].tolist()
    assert incomplete == ["GM0757", "GM0824", "GM0855", "GM0865", "GM1966", "GM1969"]


def test_a_predecessor_of_a_split_municipality_stands_under_the_code_that_was_split():
    """Geffen and Nuland became Maasdonk in 1993, which was divided in 2015."""
    geffen_and_nuland = rows(("GM0780", 1992, 4_000), ("GM0821", 1992, 4_100))
    carried = crosswalk.harmonise(geffen_and_nuland, 2026, sum=["population"])
    assert carried["code"].tolist() == ["GM1671"]
    assert carried["split_into"].tolist() == ["GM0796;GM0828"]
    assert carried["population"].tolist() == [8_100]


@pytest.mark.parametrize(
    ("code", "year", "known"), [("GM0055", 2013, "GM0080"), ("GM0140", 2017, "GM0080;GM1900")]
)
def test_where_the_register_names_too_few_successors_the_municipality_counts_as_split(code, year, known):
    carried = crosswalk.harmonise(rows((code, year, 10_000)), 2023, sum=["population"])
    assert carried["code"].tolist() == [code]
    assert carried["split_into"].tolist() == [known]


def test_population_jumps_show_that_boarnsterhim_went_to_more_than_leeuwarden(population):
    """Leeuwarden and Boarnsterhim together lost 8,112; Heerenveen and Súdwest-Fryslân gained 8,117."""
    size = population.pivot(index="code", columns="year", values="population")
    change = size[2014].fillna(0) - size[2013].fillna(0)
    assert change["GM0080"] + change["GM0055"] == -8_112
    assert change["GM0074"] + change["GM1900"] == 8_117


def test_splits_lists_the_five_between_2012_and_2023():
    found = crosswalk.splits(2012, 2023)
    assert found["code"].tolist() == ["GM0055", "GM1671", "GM0140", "GM0053", "GM0788"]
    assert found["successors_complete"].tolist() == [False, True, False, True, True]
    assert found["names"].iloc[1] == "'s-Hertogenbosch; Oss"


def test_predecessors_and_successors_answer_each_other():
    for code in municipalities.existing(2012):
        for heir in crosswalk.successors(code, 2012, 2026):
            assert code in crosswalk.predecessors(heir, 2012, 2026)


def test_a_code_of_later_date_in_a_historical_series_stands_for_its_predecessor():
    """The HDNG gives Noordoostpolder, until 1962 GM1404, its present code from 1948."""
    carried = crosswalk.harmonise(rows(("GM0171", 1955, 18_586)), 2026, sum=["population"])
    assert carried["population"].tolist() == [18_586]
    assert carried["complete"].tolist() == [True]


# --- missing --------------------------------------------------------------------------------------------


def test_missing_plus_anything_is_missing():
    frame = rows(("GM0003", 2020, 11_000.0), ("GM0010", 2020, np.nan), ("GM0024", 2020, 9_000.0))
    carried = crosswalk.harmonise(frame.assign(cost=1.0), 2021, sum=["population", "cost"])
    assert carried["population"].isna().all()
    assert carried["cost"].tolist() == [3.0]
    assert carried["complete"].all()  # the territory is all there; it is one figure that is not known


def test_missing_stays_missing_in_nullable_whole_numbers():
    frame = rows(("GM0003", 2020, 11_000), ("GM0010", 2020, None), ("GM0024", 2020, 9_000))
    carried = crosswalk.harmonise(frame.astype({"population": "Int64"}), 2021, sum=["population"])
    assert carried["population"].isna().all()


def test_an_absent_predecessor_makes_the_sum_missing_not_too_low():
    carried = crosswalk.harmonise(
        rows(("GM0003", 2020, 11_000), ("GM0010", 2020, 24_000), ("GM0014", 2020, 233_000)),
        2021,
        sum=["population"],
    )
    eemsdelta = value(carried, "GM1979", 2020)
    assert pd.isna(eemsdelta["population"])
    assert not eemsdelta["complete"]
    groningen = value(carried, "GM0014", 2020)
    assert groningen["population"] == 233_000
    assert groningen["complete"]


def test_a_row_that_absorbed_an_absent_one_is_missing_too():
    """Groningen of 2018 without Haren and Ten Boer is not Groningen of 2019."""
    carried = crosswalk.harmonise(rows(("GM0014", 2018, 202_810)), 2019, sum=["population"])
    assert carried["population"].isna().all()
    assert not carried["complete"].any()


def test_an_empty_frame_gives_an_empty_result():
    carried = crosswalk.harmonise(rows().astype({"year": int, "population": int}), 2023, sum=["population"])
    assert len(carried) == 0
    assert carried.columns.tolist() == ["code", "year", "population", "complete", "split_into", "boundaries"]


# --- properties on the real register --------------------------------------------------------------------

years = st.integers(1990, LAST)


@st.composite
def frames(draw, steps=2):
    """All municipalities of a year with random counts, and `steps` later years in order."""
    first, *later = sorted(draw(st.tuples(*[years] * (steps + 1))))
    codes = municipalities.existing(first)
    seed = draw(st.integers(0, 2**32 - 1))
    counts = np.random.default_rng(seed).integers(0, 10**6, len(codes))
    return pd.DataFrame({"code": codes, "year": first, "population": counts}), *later


def harmonised(frame, to_year):
    return crosswalk.harmonise(frame, to_year, sum=["population"])


@settings(max_examples=40, deadline=None)
@given(frames(steps=1))
def test_the_sum_is_conserved_between_any_two_years(drawn):
    frame, to_year = drawn
    assert harmonised(frame, to_year)["population"].sum() == frame["population"].sum()


@settings(max_examples=40, deadline=None)
@given(frames(steps=1))
def test_codes_that_come_out_exist_in_the_year_or_are_split_rows(drawn):
    frame, to_year = drawn
    carried = harmonised(frame, to_year)
    there = carried["code"].isin(municipalities.existing(to_year))
    assert there.equals(carried["split_into"].isna())
    assert carried["code"].is_unique


@settings(max_examples=30, deadline=None)
@given(frames(steps=1))
def test_harmonising_again_to_the_same_year_changes_nothing(drawn):
    frame, to_year = drawn
    once = harmonised(frame, to_year)
    pd.testing.assert_frame_equal(harmonised(once, to_year), once)


@settings(max_examples=30, deadline=None)
@given(frames(steps=2))
def test_two_steps_equal_one(drawn):
    """Also with splits, since no split of 1990-2026 is undone by a later merger."""
    frame, halfway, to_year = drawn
    pd.testing.assert_frame_equal(harmonised(harmonised(frame, halfway), to_year), harmonised(frame, to_year))


@settings(max_examples=20, deadline=None)
@given(frames(steps=1), st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_does_not_matter(drawn, seed):
    frame, to_year = drawn
    frame = frame.assign(population=frame["population"] / 7)  # so that the order of addition could show
    shuffled = frame.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(harmonised(shuffled, to_year), harmonised(frame, to_year), check_exact=True)


@settings(max_examples=30, deadline=None)
@given(frames(steps=1), st.data())
def test_a_subset_never_gives_a_sum_that_the_whole_does_not(drawn, data):
    frame, to_year = drawn
    keep = data.draw(st.sets(st.integers(0, len(frame) - 1), min_size=1, max_size=len(frame)))
    part = harmonised(frame.iloc[sorted(keep)], to_year).set_index("code")
    whole = harmonised(frame, to_year).set_index("code").loc[part.index]
    known = part["population"].notna()
    assert (part["population"][known] == whole["population"][known]).all()
    assert (part["complete"] == (whole["complete"] & known)).all()


# --- properties on made-up registers --------------------------------------------------------------------


@st.composite
def registers(draw):
    """A Graph of up to 12 codes whose events lead from lower to higher numbers: mergers, renames, splits."""
    n = draw(st.integers(2, 12))
    codes = [f"GM{i:04d}" for i in range(1, n + 1)]
    founded = {codes[0]: 2000}
    events, spells = [], []
    for i, code in enumerate(codes):
        first = founded.setdefault(code, 2000)
        open_heirs = [h for h in codes[i + 1 :] if founded.get(h, 2000) <= 2010]
        if open_heirs and first < 2010 and draw(st.booleans()):
            heirs = draw(st.lists(st.sampled_from(open_heirs), min_size=1, max_size=3, unique=True))
            at = draw(st.integers(first + 1, 2010))
            events += [
                (f"{at}-01-01", code, code, heir, heir, "absorbed_by_existing", None) for heir in heirs
            ]
            spells.append((code, code, first, at - 1))
        else:
            spells.append((code, code, first, 2012))
    columns = ["date", "old_code", "old_name", "new_code", "new_name", "type", "quality"]
    events = pd.DataFrame(events, columns=columns).astype(str).replace({"quality": {"None": ""}})
    return amalgamations.build(
        events, pd.DataFrame(spells, columns=["code", "name", "first_year", "last_year"])
    )


@settings(max_examples=100, deadline=None)
@given(registers(), st.integers(2000, 2012), st.integers(2000, 2012))
def test_in_any_register_inhabitants_are_conserved_and_codes_exist(graph, year, to_year):
    year, to_year = sorted((year, to_year))
    codes = graph.codes(year)
    frame = pd.DataFrame({"code": codes, "year": year, "population": 2 ** np.arange(len(codes))})
    carried = crosswalk.carry(graph, frame, to_year, ["population"])
    assert carried["population"].sum() == frame["population"].sum()
    whole = carried["split_into"].isna()
    assert all(graph.existed(code, to_year) for code in carried.loc[whole, "code"])
    assert not any(graph.existed(code, to_year) for code in carried.loc[~whole, "code"])


@settings(max_examples=100, deadline=None)
@given(registers(), st.integers(2001, 2012))
def test_in_any_register_a_complete_row_holds_all_who_could_reach_it_and_nobody_else(graph, to_year):
    """Powers of two make every sum tell whose inhabitants are in it."""
    codes = graph.codes(2000)
    frame = pd.DataFrame({"code": codes, "year": 2000, "population": 2 ** np.arange(len(codes))})
    carried = crosswalk.carry(graph, frame, to_year, ["population"])
    for row in carried[carried["complete"] & carried["split_into"].isna()].itertuples():
        inside = {code for i, code in enumerate(codes) if row.population >> i & 1}
        assert inside == {old for old in codes if row.code in reached(graph, old, to_year)}


def reached(graph, code, to_year):
    """Walk the register arrow by arrow: an implementation apart from the one tested."""
    if not graph.ended_by(code, to_year):
        return {code}
    return set().union(*(reached(graph, heir, to_year) for heir in graph.heirs[code]))


def register(events, spells):
    columns = ["date", "old_code", "old_name", "new_code", "new_name", "type", "quality"]
    events = [(date, old, old, new, new, "absorbed_by_existing", "") for date, old, new in events]
    return amalgamations.build(
        pd.DataFrame(events, columns=columns),
        pd.DataFrame(
            [(code, code, *span) for code, *span in spells],
            columns=["code", "name", "first_year", "last_year"],
        ),
    )


def test_a_split_whose_parts_all_merge_again_is_no_split():
    graph = register(
        [
            ("2001-01-01", "GM0001", "GM0002"),
            ("2001-01-01", "GM0001", "GM0003"),
            ("2003-01-01", "GM0002", "GM0004"),
            ("2003-01-01", "GM0003", "GM0004"),
        ],
        [("GM0001", 2000, 2000), ("GM0002", 2000, 2002), ("GM0003", 2000, 2002), ("GM0004", 2003, 2005)],
    )
    frame = rows(("GM0001", 2000, 1), ("GM0002", 2000, 2), ("GM0003", 2000, 4))
    apart = crosswalk.carry(graph, frame, 2002, ["population"])
    assert apart["population"].tolist() == [1, 2, 4]
    assert apart["complete"].tolist() == [True, False, False]
    together = crosswalk.carry(graph, frame, 2004, ["population"])
    assert together["population"].tolist() == [7]
    assert together["complete"].tolist() == [True]


def test_a_register_that_runs_in_a_circle_is_refused():
    with pytest.raises(DataError, match="in a circle .*GM000"):
        register(
            [("2001-01-01", "GM0001", "GM0002"), ("2002-01-01", "GM0002", "GM0001")], [("GM0001", 2000, 2005)]
        )


def test_a_code_that_ends_twice_is_refused():
    with pytest.raises(DataError, match="GM0001 ends on 2001-01-01 and again on 2002-01-01"):
        register(
            [("2001-01-01", "GM0001", "GM0002"), ("2002-01-01", "GM0001", "GM0003")], [("GM0001", 2000, 2000)]
        )


def test_the_shipped_register_agrees_with_the_list_of_municipalities():
    """A municipality's last 1 January follows from the date it ended, and the other way round."""
    graph = amalgamations.graph()
    for code, (_, last) in graph.spells.items():
        assert last == (graph.last_year_of(code) if code in graph.ended else graph.last_year), code


# --- bad input: one line that names the thing -----------------------------------------------------------

GOOD = rows(("GM0014", 2020, 232_874))


@pytest.mark.parametrize(
    ("frame", "to_year", "columns", "message"),
    [
        (
            rows(("GM0055", 2015, 1)),
            2023,
            ["population"],
            r"row 0, column code: GM0055 Boarnsterhim ended 2014-01-01 \(into GM0080 Leeuwarden\).* 2015",
        ),
        (
            rows(("GM1940", 2015, 1)),
            2023,
            ["population"],
            r"GM1940 De Fryske Marren .*GM1921 De Friese Meren",
        ),
        (rows(("GM9999", 2015, 1)), 2023, ["population"], "GM9999 is no municipality"),
        (rows((None, 2015, 1)), 2023, ["population"], "row 0, column code: is empty"),
        (GOOD, 2019, ["population"], "row 0: boundaries of 2020 cannot be carried back to 2019"),
        (GOOD, 2027, ["population"], "to_year: 2027; give a whole year from 1831 to 2026"),
        (GOOD, "2023", ["population"], "to_year: '2023'"),
        (
            pd.concat([GOOD, GOOD], ignore_index=True),
            2023,
            ["population"],
            "row 1: GM0014 Groningen occurs twice in 2020",
        ),
        (pd.concat([GOOD, GOOD]), 2023, ["population"], "row 1: GM0014 Groningen occurs twice"),
        (
            rows(("GM0014", 2020, "many")),
            2023,
            ["population"],
            "row 0, column population: 'many' is not stored",
        ),
        (rows(("GM0014", 2020, True)), 2023, ["population"], "row 0, column population: True is not stored"),
        (rows(("GM0014", 2020, -5)), 2023, ["population"], "row 0, column population: -5 is negative"),
        (rows(("GM0014", 2020, np.inf)), 2023, ["population"], "row 0, column population: infinite"),
        (
            rows(("GM0014", 2020.5, 5)),
            2023,
            ["population"],
            "row 0, column year: .*2020.5.* is no whole year",
        ),
        (rows(("GM0014", None, 5)), 2023, ["population"], "row 0, column year: .* is no whole year"),
        (rows(("GM0014", 20_200, 5)), 2023, ["population"], "row 0, column year: .*20200.* is no whole year"),
        (GOOD.drop(columns="year"), 2023, ["population"], "column 'year' occurs 0 times"),
        (GOOD, 2023, ["costs"], "column 'costs' occurs 0 times.*code, year, population"),
        (GOOD, 2023, [], "sum: "),
        (GOOD, 2023, None, "sum: "),
        (GOOD, 2023, ["year"], "sum: .*not code, year"),
        (GOOD, 2023, ["population", "population"], "sum: .*once"),
        (GOOD.assign(complete="yes"), 2023, ["population"], "column complete: not True or False"),
        ({"code": ["GM0014"]}, 2023, ["population"], "frame: a dict; give a DataFrame"),
    ],
)
def test_bad_input_is_refused_in_one_line_that_names_it(frame, to_year, columns, message):
    with pytest.raises(DataError, match=message) as refused:
        crosswalk.harmonise(frame, to_year, sum=columns)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("ask", [crosswalk.successors, crosswalk.predecessors])
def test_years_out_of_order_are_refused(ask):
    with pytest.raises(DataError, match="to_year: 2012 lies before 2020"):
        ask("GM0014", 2020, 2012)


def test_amounts_may_be_negative_because_corrections_are():
    frame = pd.DataFrame({"code": ["GM0014"], "year": [2020], "costs": [-5.0]})
    assert crosswalk.harmonise(frame, 2023, sum="costs")["costs"].tolist() == [-5.0]


def test_the_given_frame_is_left_as_it_was(population):
    copy = population.copy()
    crosswalk.harmonise(population, LAST, sum=["population"])
    pd.testing.assert_frame_equal(population, copy)


def test_a_refused_row_is_named_by_its_position_whatever_its_label():
    frame = pd.concat([rows(("GM0014", 2020, 5)), rows(("GM0034", 2020, -1))])
    assert frame.index.tolist() == [0, 0]
    with pytest.raises(DataError, match="frame row 1, column population: -1 is negative"):
        municipalities.harmonise(frame, 2023, sum=["population"])
