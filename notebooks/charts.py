"""The look of the plots: colours, a font with Chinese characters, few lines."""

from __future__ import annotations

import warnings

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes

COLOURS = ("#1f6f8b", "#d9822b", "#7a9e3a", "#b5446e", "#5b5ea6", "#8c6d46", "#4ea699")
STATUS = {"verified": "#2e8b57", "unverified": "#e0a030", "conflict": "#d02f2f"}
_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
)


def chinese() -> None:
    """Plot in a font that has Chinese characters; warn where the machine has none: they will show as boxes."""
    mpl.rcParams.update(
        {
            "axes.edgecolor": "#999",
            "axes.titlesize": 12,
            "axes.unicode_minus": False,
            "figure.dpi": 88,
            "font.size": 10.5,
        }
    )
    known = {font.name for font in font_manager.fontManager.ttflist}
    found = next((name for name in _FONTS if name in known), None)
    if found is None:
        warnings.warn("no Chinese font was found: install fonts-noto-cjk or fonts-wqy-microhei", stacklevel=2)
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    else:
        mpl.rcParams["font.sans-serif"] = [found, "DejaVu Sans"]


def tidy(axis: Axes, grid: str) -> None:
    """No frame, and light lines across x or y."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis=grid, color="#e4e4e4", lw=0.8)  # type: ignore[arg-type]
    axis.set_axisbelow(True)


def direct_labels(axis: Axes, least: float = 0.062) -> None:
    """The name of each line at its right end, moved apart where they would touch (least: of the axis' height)."""
    low, high = axis.get_ylim()
    gap = (high - low) * least
    place = float("-inf")
    for line in sorted(axis.get_lines(), key=lambda one: float(one.get_ydata()[-1])):  # type: ignore[index, arg-type]
        x, y = float(line.get_xdata()[-1]), float(line.get_ydata()[-1])  # type: ignore[index, arg-type]
        place = max(y, place + gap)
        axis.annotate(
            str(line.get_label()),
            (x, y),
            (12, 0),
            textcoords="offset points",
            color=line.get_color(),
            va="center",
            annotation_clip=False,
        ).set_position((12, (place - y) / (high - low) * axis.get_window_extent().height * 72 / axis.figure.dpi))
