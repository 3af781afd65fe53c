"""A file is named by its concept."""

from tests.architecture.tree import File, python_files

NAMELESS = {"util", "utils", "helper", "helpers", "common", "misc", "tools", "shared"}


def nameless(file: File) -> bool:
    return not NAMELESS.isdisjoint({*file.folders, file.name.removesuffix(".py")})


def test_no_module_is_called_after_nothing() -> None:
    assert [file.path for file in python_files() if nameless(file)] == []


def test_the_check_of_names_sees_modules_and_folders() -> None:
    assert nameless(File("web/creneau_web/utils.py"))
    assert nameless(File("platform/creneau/common/dates.py"))
    assert not nameless(File("platform/creneau/people/rules.py"))
