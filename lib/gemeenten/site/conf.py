"""Sphinx configuration of the site. Nothing runs, nothing is fetched, nothing tells date or machine."""

project = "Does 100,000 matter?"
author = "The gemeenten contributors"
language = "en"
root_doc = "index"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "gemeenten.site.mathml",
]
templates_path = ["templates"]
highlight_language = "none"
html_math_renderer = "mathml"

# The outputs are the committed ones; widgets need a kernel and a script from elsewhere, so they have neither.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_render_markdown_format = "myst"
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 6

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
default_role = "literal"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
add_module_names = False
python_display_short_literal_types = True

html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "static/favicon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_last_updated_fmt = None
html_domain_indices = False
html_extra_path = ["extra"]
html_context = {"default_mode": "auto"}
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "max_navbar_depth": 1,
    "show_toc_level": 1,
    "navbar_persistent": [],
    "secondary_sidebar_items": {"**": ["page-toc.html"], "index": [], "verdicts": [], "figures/index": []},
    "search_bar_text": "Search the compendium",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
