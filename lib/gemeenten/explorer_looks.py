"""What the explorer's controls lack as they come: a visible focus, and names for sliders in a screen reader.

A slider is drawn by a script that gives it no accessible name, and no widget attribute reaches it. Its name
is there as text, in the label beside it; when the style below has loaded, it is copied to where it is read.
"""

BOX, LEFT = "gemeenten-explorer", "gemeenten-explorer-left"

#: Waits until the sliders stand beside the style, for widgets are drawn one by one: at most ten seconds.
NAME_THE_SLIDERS = f"""
(function name(style, tries) {{
  const box = style.closest('.{BOX}');
  const sliders = box ? box.querySelectorAll('.widget-slider') : [];
  sliders.forEach(slider => {{
    const told = slider.querySelector('.widget-label').textContent;
    slider.querySelector('.noUi-handle').setAttribute('aria-label', told);
    const number = slider.querySelector('.widget-readout');
    number.setAttribute('role', 'textbox');
    number.setAttribute('aria-label', told + ', typed');
  }});
  if (sliders.length < 2 &amp;&amp; tries) setTimeout(name, 100, style, tries - 1);
}})(this, 100)
"""
STYLE = f"""
.{BOX} :is(select, input, .noUi-handle, .widget-readout):focus {{
  outline: 3px solid #0b5f8a !important; outline-offset: 2px;
}}
.{BOX} select:focus {{ outline-offset: -3px; }}
.{LEFT} > .widget-html {{ height: auto; }}
@media (min-width: 60em) {{ .{LEFT} {{ position: sticky; top: 0; align-self: flex-start; }} }}
"""
HTML = f'<style onload="{NAME_THE_SLIDERS}">{STYLE}</style>'
