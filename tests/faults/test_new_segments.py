"""A reader that looks while a database is being made sees either nothing yet or all of it."""

import threading
from pathlib import Path

from countroom.stores.embedded.segments import LAYOUT
from countroom.stores.embedded.sqlite import open_reader, open_writer

FILES = 60


def test_a_database_in_the_making_is_never_taken_for_another_programs(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.db" for number in range(FILES)]
    faults: list[Exception] = []

    def read_each_until_it_is_there() -> None:
        for path in paths:
            while not faults:
                try:
                    database = open_reader(path, LAYOUT)
                except Exception as error:  # noqa: BLE001 - whatever it is, it must not be
                    faults.append(error)
                    return
                if database is not None:
                    database.close()
                    break

    readers = [threading.Thread(target=read_each_until_it_is_there) for _ in range(2)]
    for reader in readers:
        reader.start()
    for path in paths:
        open_writer(path, LAYOUT).close()
    for reader in readers:
        reader.join(30)

    assert faults == []
