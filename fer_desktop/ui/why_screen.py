"""Where the answer to "why" appears: red over the picture, and the box below the bars."""

from __future__ import annotations

from fer_desktop.ui.actions import Actions
from fer_desktop.ui.face_panel import FacePanel
from fer_desktop.ui.feed import Shown
from fer_desktop.ui.video_view import VideoView
from fer_desktop.ui.why import Why
from fer_desktop.vision.model_file import ModelFile


class WhyScreen:
    """Passes what `Why` says on to view and panel."""

    def __init__(self, why: Why, view: VideoView, panel: FacePanel, actions: Actions) -> None:
        self._why = why
        self._view = view
        self._panel = panel
        self._actions = actions
        why.changed.connect(self.switched)
        panel.why.cover_chosen.connect(why.set_cover)

    def explain(self, shown: Shown | None, model: ModelFile | None) -> None:
        """Show in red what the answer for the face on screen hangs on, where that is wanted."""
        if self._why.on:
            explanation = self._why.tick(shown, model)
            self._panel.show_explanation(explanation)
            self._view.show_explanation(explanation, self._panel.why.strength / 100)

    def switched(self) -> None:
        """It is wanted from now on, or no longer."""
        self._actions.set_on("why", self._why.on)
        self._panel.why.setVisible(self._why.on)
        if not self._why.on:
            self._panel.why.set_cover(None)
            self._panel.show_explanation(None)
            self._view.show_explanation(None, 0.0)
