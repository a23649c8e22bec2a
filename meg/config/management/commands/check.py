"""`meg check`: the installation against its own laws, after Django's own checks."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, SystemCheckError
from django.core.management.commands.check import Command as DjangoCheck
from django.db import DatabaseError

from meg.config.management.commands.serve import lacking
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats_check import differences


class Command(DjangoCheck):
    help = "Compare the installation with its own laws: tables, grants, row policies, roles, settings."

    def handle(self, *labels: Any, **options: Any) -> None:
        try:
            super().handle(*labels, **options)
        except SystemCheckError as trouble:
            raise CommandError(str(trouble)) from None
        if labels or options.get("tags"):
            return
        try:
            found = list(self.wrong())
        except DatabaseError as trouble:
            raise CommandError(f"The database does not answer: {str(trouble).splitlines()[0]}.") from None
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            self.stdout.write(f"{len(found)} thing{'s' if len(found) > 1 else ''} not as declared.")
            sys.exit(1)
        self.stdout.write(
            "The installation keeps its laws: tables, grants, row policies, roles and settings are as declared."
        )

    def wrong(self) -> list[str]:
        """One sentence for each law that is not kept."""
        if sentence := lacking():
            return [sentence]
        found = differences()
        if settings.DEMONSTRATION and Partnership.objects.filter(demonstration=False).exists():
            found.append("MEG_DEMONSTRATION is set and a real partnership is here. Unset it.")
        return found
