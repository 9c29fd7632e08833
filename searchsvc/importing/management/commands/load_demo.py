from typing import Any

from django.core.management.base import BaseCommand, CommandError

from searchsvc.importing.demo import load_demo


class Command(BaseCommand):
    help = "Load the demo's catalogue; a second time nothing changes. Exit codes: 0 done, 1 something was wrong."

    def handle(self, **_options: Any) -> None:
        reports = []
        for name, report in load_demo():
            self.stdout.write(f"{name}: {next(report.sentences())}")
            for problem in report.problems:
                self.stderr.write(f"{name}: {problem}")
            reports.append(report)
        if any(report.exit_code for report in reports):
            raise CommandError("the demo's catalogue is not whole: see above")
