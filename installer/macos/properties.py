"""What macOS is told about the program: Info.plist beyond what PyInstaller writes by itself."""

from __future__ import annotations

from typing import Any, Final

BUNDLE_ID: Final = "io.github.fer_desktop.FerDesktop"
_OPENS: Final = {"public.movie": "Video", "public.image": "Photo", "public.folder": "Folder of photos"}

PROPERTIES: Final[dict[str, Any]] = {
    "CFBundleDisplayName": "FER Desktop",
    "CFBundleName": "FER Desktop",
    "CFBundleLocalizations": ["en", "es"],
    "LSApplicationCategoryType": "public.app-category.education",
    "LSMinimumSystemVersion": "13.0",
    "NSHighResolutionCapable": True,
    "NSCameraUsageDescription": (
        "FER Desktop shows which expression the faces before the camera show. "
        "The pictures stay on this computer."
    ),
    "CFBundleDocumentTypes": [
        {
            "CFBundleTypeName": name,
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Alternate",
            "LSItemContentTypes": [content],
        }
        for content, name in _OPENS.items()
    ],
}
