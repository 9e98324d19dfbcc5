"""What the tests of pictures read off a figure: its words and its bytes."""

import io


def words(fig):
    """Return every text of a figure, in one line."""
    return " ".join(text.get_text() for text in fig.findobj(lambda artist: hasattr(artist, "get_text")))


def png(fig):
    """Return a figure as PNG bytes that name no software."""
    target = io.BytesIO()
    fig.savefig(target, format="png", metadata={"Software": None})
    return target.getvalue()
