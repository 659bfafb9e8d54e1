"""How the window looks: colour tokens for light and dark, one accent, an 8 px grid, one radius.

The expressions' own colours belong to data only and live in `fer_desktop.emotions`. Pictures and
curves stand on a dark ground in both themes, because that palette was made for it (its yellow is
invisible on white).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from fer_desktop import paths
from fer_desktop.emotions import COLOURS

GRID: Final = 8
RADIUS: Final = 8
SMALL: Final = 12
"""Text sizes in pixels: small for status and hints, normal, large for the label of a face."""
NORMAL: Final = 13
LARGE: Final = 22
_DRESS: Final = "dressed"
_GENERAL: Final = QFontDatabase.SystemFont.GeneralFont


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they are for, as #RRGGBB."""

    dark: bool
    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    success: str
    no_data: str
    """What has no value: an empty bar."""
    empty: str
    """The stage before anything is open."""
    stage: str
    """Behind pictures; the same in both themes, like the plot."""
    on_stage: str
    plot: str
    on_plot: str
    plot_gap: str
    plot_line: str


LIGHT: Final = Theme(
    dark=False,
    window="#F4F5F8",
    surface="#FFFFFF",
    raised="#E9EBF1",
    line="#D5D9E2",
    text="#1A1E27",
    muted="#565E6C",
    accent="#4A45C4",
    on_accent="#FFFFFF",
    danger="#B3261E",
    warning="#7A5200",
    success="#1B6B3A",
    no_data="#C9CFD9",
    empty="#E9EBF1",
    stage="#15181E",
    on_stage="#E9ECF2",
    plot="#15181E",
    on_plot="#B4BCC9",
    plot_gap="#2A303A",
    plot_line="#2F3641",
)

DARK: Final = Theme(
    dark=True,
    window="#1A1D23",
    surface="#22262E",
    raised="#2E343E",
    line="#3A414D",
    text="#E9ECF2",
    muted="#A9B1BF",
    accent="#A9A6FF",
    on_accent="#15132E",
    danger="#FF7A70",
    warning="#F2C46D",
    success="#7FD6A0",
    no_data="#4A5260",
    empty="#14171C",
    stage="#101216",
    on_stage="#E9ECF2",
    plot="#101216",
    on_plot="#B4BCC9",
    plot_gap="#242932",
    plot_line="#2A303A",
)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    mixed = QColor(colour)
    return 0.2126 * linear(mixed.redF()) + 0.7152 * linear(mixed.greenF()) + 0.0722 * linear(mixed.blueF())


def data_colour(label: str) -> str:
    """The colour of an expression; neutral grey for `unsure` and for labels that we do not know."""
    return COLOURS.get(label, COLOURS["neutral"])


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour`."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, colour))


def resolve(choice: str, scheme: Qt.ColorScheme) -> Theme:
    """The theme for a setting of `auto`, `light` or `dark`."""
    if choice == "dark" or (choice == "auto" and scheme == Qt.ColorScheme.Dark):
        return DARK
    return LIGHT


class _Text:
    """How large text is: what a size in pixels is multiplied by."""

    scale = 1.0


def px(size: float) -> int:
    """A length that goes with the text: a row, the height of a button."""
    return round(size * _Text.scale)


def text_scale(choice: str, system_pixels: float) -> float:
    """What text sizes are multiplied by, for a setting of `auto` or per cent.

    `auto` follows the system's font, `system_pixels` high: never smaller than drawn for, at most twice that.
    """
    if choice != "auto":
        return int(choice) / 100
    return min(2.0, max(1.0, round(20 * system_pixels / NORMAL) / 20))


def dress(widget: QWidget, size: int = NORMAL, *, bold: bool = False) -> None:
    """Give a widget the window's font at a size, now and when the text size changes."""
    widget.setProperty(_DRESS, [size, bold])
    widget.setFont(font(size, bold=bold))


@lru_cache(maxsize=32)  # asking for a font costs more than painting with it
def font(size: int = NORMAL, *, bold: bool = False) -> QFont:
    """The window's font at a size in pixels, with figures that all have the same width."""
    face = QFont(QApplication.font())
    face.setPixelSize(px(size))
    face.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    face.setFeature(QFont.Tag("tnum"), 1)
    return face


class ThemeKeeper(QObject):
    """Holds the theme that is on and follows the system where the user chose `auto`."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str, text_size: str = "auto") -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self.theme = LIGHT
        app.setStyle("Fusion")
        # The system's own font is asked for once: afterwards it is ours.
        self._system_pixels = QFontInfo(QFontDatabase.systemFont(_GENERAL)).pixelSize()
        self._set_scale(text_size)
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._follow()

    def choose(self, choice: str) -> None:
        """Switch to `auto`, `light` or `dark`."""
        self._choice = choice
        self._follow()

    def choose_text_size(self, choice: str) -> None:
        """Switch to `auto` or per cent; everything that has text takes it over at once."""
        self._set_scale(choice)
        self._follow()
        for widget in self._app.allWidgets():  # after the style sheet, which brings old fonts back
            dressed = widget.property(_DRESS)
            if dressed:
                widget.setFont(font(int(dressed[0]), bold=bool(dressed[1])))

    def _set_scale(self, choice: str) -> None:
        _Text.scale = text_scale(choice, self._system_pixels)
        font.cache_clear()
        self._app.setFont(font())

    def _follow(self) -> None:
        self.theme = resolve(self._choice, self._app.styleHints().colorScheme())
        self._app.setPalette(_palette(self.theme))
        self._app.setStyleSheet(_style_sheet(self.theme))
        self.changed.emit()


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for names, colour in (
        ((role.Window, role.AlternateBase), theme.window),
        ((role.Base, role.ToolTipBase), theme.surface),
        ((role.Button, role.Midlight), theme.raised),
        ((role.Mid, role.Dark), theme.line),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), theme.text),
        ((role.PlaceholderText,), theme.muted),
        ((role.Highlight, role.Link, role.Accent), theme.accent),
        ((role.HighlightedText,), theme.on_accent),
    ):
        for name in names:
            palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.muted))
    return palette


def _style_sheet(theme: Theme) -> str:
    # The style's own arrow has a black edge where everything else is drawn by a sheet.
    icons, tone = paths.assets_dir() / "icons", "dark" if theme.dark else "light"
    chevron, tick = icons / f"chevron-{tone}.svg", icons / f"tick-{tone}.svg"
    return f"""
    QMainWindow, QDialog, QWidget#compact {{ background: {theme.window}; }}
    QMenuBar {{ background: {theme.window}; padding: 2px 8px; }}
    QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {theme.raised}; }}
    QMenu {{ background: {theme.surface}; border: 1px solid {theme.line}; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {theme.raised}; color: {theme.text}; }}
    QMenu::item:disabled {{ color: {theme.muted}; }}
    QMenu::separator {{ height: 1px; background: {theme.line}; margin: 4px 8px; }}
    QToolTip {{ background: {theme.surface}; color: {theme.text}; border: 1px solid {theme.line};
                padding: 4px; }}
    QToolBar {{ background: {theme.window}; border: none; padding: 0 16px 8px 16px; spacing: 8px; }}
    QToolBar QToolButton, QPushButton {{
        background: {theme.raised}; color: {theme.text}; border: 1px solid transparent;
        border-radius: {RADIUS}px; padding: 0 12px; min-height: {px(30)}px; }}
    QToolBar QToolButton:hover, QPushButton:hover {{ border-color: {theme.line}; }}
    QToolBar QToolButton:pressed, QPushButton:pressed {{ background: {theme.line}; }}
    QToolBar QToolButton:disabled, QPushButton:disabled {{ color: {theme.muted}; background: {theme.window};
        border-color: {theme.raised}; }}
    QToolBar QToolButton:checked {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QToolButton:focus, QPushButton:focus {{ border-color: {theme.accent}; }}
    QToolBar QToolButton#quiet {{ background: transparent; padding: 0 6px; }}
    QToolBar QToolButton#quiet:hover {{ background: {theme.raised}; }}
    QToolBar QToolButton#source {{ padding-right: 28px; }}
    QToolButton::menu-indicator {{ subcontrol-position: right center; right: 10px; }}
    QPushButton#primary {{ background: {theme.accent}; color: {theme.on_accent}; font-weight: 600; }}
    QPushButton#toggle:checked {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QPushButton#primary:disabled {{ background: {theme.window}; color: {theme.muted}; font-weight: 400;
        border-color: {theme.raised}; }}
    QPushButton#small {{ min-height: {px(22)}px; padding: 0 8px; border-radius: 6px; }}
    QPushButton#small:checked {{ background: {theme.accent}; color: {theme.on_accent}; }}
    QPushButton#pill {{ background: {theme.accent}; color: {theme.on_accent}; font-weight: 600;
        min-height: {px(22)}px; padding: 0 12px; border-radius: {px(22) // 2}px; }}
    QPushButton#plain {{ background: transparent; border-color: {theme.line}; }}
    QToolButton#bare {{ background: transparent; border: none; border-radius: {RADIUS}px; padding: 4px; }}
    QToolButton#bare:hover {{ background: {theme.raised}; }}
    QFrame#panel {{ background: {theme.surface}; border: none; border-radius: {RADIUS}px; }}
    QFrame#plot {{ background: {theme.plot}; border: none; border-radius: {RADIUS}px; }}
    QFrame#plot QToolButton {{ color: {theme.on_plot}; background: transparent; border: none;
        border-radius: 4px; padding: 0 4px; text-align: left; }}
    QFrame#plot QToolButton:hover {{ background: {theme.plot_gap}; }}
    QFrame#plot QToolButton:focus {{ background: {theme.plot_gap}; }}
    QFrame#plot QToolButton#stretch {{ background: {theme.plot_gap}; text-align: center; padding: 2px 8px; }}
    QFrame#plot QToolButton#stretch:hover {{ color: {theme.on_stage}; }}
    QFrame#plot QToolButton#stretch:disabled {{ color: {theme.no_data}; }}
    QFrame#plot QLabel {{ color: {theme.on_plot}; }}
    QFrame#notice {{ background: {theme.surface}; border: none; border-left: 4px solid {theme.accent};
        border-top-right-radius: {RADIUS}px; border-bottom-right-radius: {RADIUS}px; }}
    QLabel#muted, QLabel#status {{ color: {theme.muted}; }}
    QLabel#past {{ background: {theme.accent}; color: {theme.on_accent}; border-radius: {px(8)}px;
        padding: 2px 10px; }}
    QLabel#trouble {{ color: {theme.danger}; }}
    QLabel#recording {{ color: {theme.danger}; font-weight: 600; }}
    QToolBar QToolButton#qt_toolbar_ext_button {{ padding: 0; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {theme.line}; border-radius: 5px; min-height: 32px; }}
    QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
    QScrollArea {{ background: transparent; border: none; }}
    QSplitter::handle {{ background: transparent; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {theme.line}; }}
    QSlider::sub-page:horizontal {{ background: {theme.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{ width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
        background: {theme.accent}; }}
    QLineEdit, QComboBox {{ background: {theme.surface}; color: {theme.text};
        border: 1px solid {theme.line}; border-radius: 6px; padding: 0 8px; min-height: {px(30)}px; }}
    QLineEdit:focus, QComboBox:focus {{ border-color: {theme.accent}; }}
    QComboBox::drop-down {{ border: none; width: {px(28)}px; }}
    QComboBox::down-arrow {{ image: url("{chevron.as_posix()}"); width: {px(16)}px; height: {px(16)}px; }}
    QCheckBox {{ spacing: {px(8)}px; min-height: {px(22)}px; }}
    QCheckBox::indicator {{ width: {px(16)}px; height: {px(16)}px; background: {theme.surface};
        border: 1px solid {theme.muted}; border-radius: 4px; }}
    QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border: 1px solid {theme.accent}; }}
    QCheckBox::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent};
        image: url("{tick.as_posix()}"); }}
    QCheckBox::indicator:focus:checked {{ border-color: {theme.text}; }}
    QCheckBox::indicator:disabled {{ background: {theme.window}; border-color: {theme.line}; }}
    QComboBox QAbstractItemView {{ background: {theme.surface}; color: {theme.text};
        selection-background-color: {theme.raised}; selection-color: {theme.text}; }}
    """
