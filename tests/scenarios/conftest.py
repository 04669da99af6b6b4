"""Every story is told to each subject."""

import pytest

from tests.scenarios.subject import SUBJECTS, Subject
from tests.scenarios.teller import Teller


@pytest.fixture(params=sorted(SUBJECTS))
def subject(request: pytest.FixtureRequest) -> Subject:
    return SUBJECTS[request.param]


@pytest.fixture
def tell(subject: Subject) -> Teller:
    return Teller(subject)
