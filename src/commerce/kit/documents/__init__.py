"""Documents that clients name instead of sending them: those of manifests, and those that were sent before."""

from commerce.kit.documents.documents import Documents
from commerce.kit.documents.manifests import Manifest, ManifestError, manifests_in
from commerce.kit.documents.remembered import Remembered
from commerce.kit.documents.trusted import Trusted

__all__ = ["Documents", "Manifest", "ManifestError", "Remembered", "Trusted", "manifests_in"]
