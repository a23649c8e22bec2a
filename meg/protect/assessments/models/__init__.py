"""The nouns of this room: frameworks with their factors, and assessments with their answers."""

from meg.protect.assessments.models.assessment import Assessment, AssessmentQuerySet, Said
from meg.protect.assessments.models.framework import Framework, FrameworkFactor, FrameworkQuerySet

__all__ = ["Assessment", "AssessmentQuerySet", "Framework", "FrameworkFactor", "FrameworkQuerySet", "Said"]
