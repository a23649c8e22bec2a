"""`meg trail verify` proves the trail; `meg trail seal` seals what is not sealed yet."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from meg.partnership.seats import By, Seat, seated
from meg.partnership.trail.actions import Proof, seal, verify


class Command(BaseCommand):
    help = "Prove the trail from end to end and name the first bad line, or seal what is not sealed yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=("verify", "seal"))
        parser.add_argument("--head", help="a last hash that was kept elsewhere: it must still be in the chain")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, verb: str, head: str | None, **options: Any) -> None:
        if verb == "seal":
            self.stdout.write(f"{seal():,} lines sealed.")
            return
        by = By(None, "Operator", Seat.OPERATOR, 0, None, "Command line of the installation")
        with seated(by):
            proof = verify(by=by, head=head)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(proof), indent=2))
        else:
            self.say(proof)
        if proof.wrong or not proof.head_found:
            sys.exit(1)

    def say(self, proof: Proof) -> None:
        """The proof as sentences."""
        if not proof.head_found:
            self.stdout.write("The hash you kept is not in the chain: seals have been taken out or made anew.")
        if proof.wrong:
            self.stdout.write(str(proof.wrong[0]))
            if more := len(proof.wrong) - 1:
                self.stdout.write(
                    f"{more:,} more {'thing is' if more == 1 else 'things are'} wrong. --json names them."
                )
            return
        if not proof.lines:
            raise CommandError("The trail is empty: nothing has happened here yet.")
        self.stdout.write(
            f"The trail holds: {proof.lines:,} lines, {proof.seals:,} seals, {proof.unsealed:,} lines not sealed yet."
        )
        self.stdout.write(f"Last hash: {proof.head or 'none yet'}")
