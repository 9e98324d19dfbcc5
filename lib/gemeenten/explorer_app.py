"""The controls of the threshold explorer; all of them are standard widgets that work from the keyboard."""

from functools import lru_cache

import ipywidgets as widgets

from gemeenten import explorer, explorer_looks, explorer_picture

CUTOFFS = (10_000, 300_000, 5_000)
BANDWIDTHS = (0.1, 2.0, 0.05)
KEPT = 256  # answers, about 100 kB each: who goes back and forth waits for nothing
WIDE = {"layout": {"width": "98%"}, "style": {"description_width": "10em"}}

TOLD = {
    "Outcome": "What may differ between small and large municipalities",
    "Year": "1 January of the inhabitants and boundaries; only years in which the outcome is known",
    "Cutoff (inhabitants)": "The right side has strictly more inhabitants than this",
    "Bandwidth (ln)": "Half the window in ln units: 0.7 reaches from half the cutoff to twice the cutoff",
    "Bandwidth from the data": "That with the smallest expected squared error, as in the other notebooks",
    "Density as covariate": "Compare at the same inhabitants per km2 of land (ln); from 2024 on that of 2023",
}


class App:
    """The explorer with its controls: change one, and the answer beside it changes.

    Parameters
    ----------
    frame : pandas.DataFrame, optional
        As `explorer.frame` returns it, which is the default.
    choice : explorer.Choice, optional
        Where to start.

    Attributes
    ----------
    outcome, year, cutoff, bandwidth, automatic, density : ipywidgets.Widget
        The controls.
    page, numbers : ipywidgets.HTML
        The answer: the sentence with its pictures, and the numbers with their notes.
    """

    def __init__(self, frame=None, choice=None):
        choice = choice or explorer.Choice()
        self.frame = explorer.frame() if frame is None else frame
        self._html = lru_cache(maxsize=KEPT)(self._answer)
        self._settling = False
        self._make_controls(choice)
        self.page = widgets.HTML(layout={"flex": "3 1 32em"})
        self.numbers = widgets.HTML()
        self._show()
        self.outcome.observe(self._renew_years, names="value")
        for control in self.controls:
            control.observe(self._show, names="value")

    def _make_controls(self, choice):
        offered = [(outcome.label, outcome.name) for outcome in explorer.outcomes(self.frame)]
        years, free = explorer.years(self.frame, choice.outcome), choice.bandwidth is None
        width = 0.5 if free else choice.bandwidth
        self.outcome = _control(widgets.Dropdown, "Outcome", choice.outcome, options=offered)
        self.year = _control(widgets.Dropdown, "Year", choice.year, options=years)
        self.cutoff = _slider(widgets.IntSlider, "Cutoff (inhabitants)", choice.cutoff, CUTOFFS, ",d")
        self.bandwidth = _slider(widgets.FloatSlider, "Bandwidth (ln)", width, BANDWIDTHS, ".2f")
        self.automatic = _control(widgets.Checkbox, "Bandwidth from the data", free)
        self.density = _control(widgets.Checkbox, "Density as covariate", choice.density)

    @property
    def controls(self):
        """The controls, in the order of the tab key."""
        return self.outcome, self.year, self.cutoff, self.bandwidth, self.automatic, self.density

    @property
    def choice(self):
        """The `explorer.Choice` that the controls now make."""
        bandwidth = None if self.automatic.value else round(self.bandwidth.value, 2)
        return explorer.Choice(
            self.outcome.value, self.year.value, self.cutoff.value, bandwidth, self.density.value
        )

    @property
    def box(self):
        """Controls and numbers, with the pictures beside them, or below where it is narrow."""
        left = widgets.VBox(
            [*self.controls, self.numbers], layout={"flex": "1 1 25em", "max_width": "32em"}
        ).add_class(explorer_looks.LEFT)
        looks = widgets.HTML(explorer_looks.HTML, layout={"display": "none"})
        box = widgets.Box([left, self.page, looks], layout={"flex_flow": "row wrap", "grid_gap": "0 1.5em"})
        return box.add_class(explorer_looks.BOX)

    def _answer(self, choice):
        answer = explorer.answer(self.frame, choice)
        return explorer_picture.html(answer), explorer_picture.numbers(answer)

    def _show(self, _=None):
        if self._settling:
            return
        self.bandwidth.disabled = self.automatic.value
        self.page.value, self.numbers.value = self._html(self.choice)

    def _renew_years(self, _):
        """Offer the years of the new outcome; keep the year where it is among them, else take the last."""
        years, before = explorer.years(self.frame, self.outcome.value), self.year.value
        self._settling = True  # new options reset the year, which is no choice of the reader
        try:
            self.year.options = years
            self.year.value = before if before in years else years[-1]
        finally:
            self._settling = False


def show(frame=None, choice=None):
    """Return the explorer as one widget, for the last line of a notebook cell; parameters as for `App`."""
    return App(frame, choice).box


def _control(kind, name, value, **options):
    """Return a widget with its name beside it and its explanation on hover."""
    return kind(value=value, description=name, tooltip=TOLD[name], **options, **WIDE)


def _slider(kind, name, value, scale, digits):
    """Return a slider that answers when it is let go; its number can be typed as well."""
    low, high, step = scale
    ends = dict(min=low, max=high, step=step, readout_format=digits, continuous_update=False)
    return _control(kind, name, value, **ends)
