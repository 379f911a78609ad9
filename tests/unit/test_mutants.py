"""Each mechanism that a mutant takes out is there."""

import pytest

from tests.mutants import MUTANTS, Mutant
from tests.template import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_what_a_mutant_takes_out_stands_once_in_its_file(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.before) == 1
    assert mutant.after != mutant.before
    assert (ROOT / mutant.tests).exists()
