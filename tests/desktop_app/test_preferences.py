from __future__ import annotations

import pytest

from desktop_app.preference_pages import make_preferences, pages
from desktop_app.preferences import Preferences
from desktop_app.settings import Settings
from training.run.setting_field import SettingField, SettingKind, SettingsError

FIELDS = (
    SettingField("size", SettingKind.WHOLE_NUMBER, 5, "Size", "How large.", minimum=1, maximum=9),
    SettingField("loud", SettingKind.FLAG, False, "Loud", "How loud."),
)


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.ini")


def test_what_is_chosen_is_told_at_once_and_remembered(qtbot, settings):
    preferences = Preferences(settings, FIELDS)
    applied = []
    preferences.follow("size", applied.append)
    with qtbot.waitSignal(preferences.changed):
        preferences.set_value("size", 7)
    preferences.set_value("loud", True)
    assert applied == [5, 7]
    again = Preferences(settings, FIELDS)
    assert (again.value("size"), again.value("loud")) == (7, True)
    again.restore_defaults()
    assert (again.value("size"), again.value("loud")) == (5, False)


@pytest.mark.parametrize("stored", ["", "99", "true", '"seven"', "{", "[]", "null"])
def test_what_is_not_possible_counts_as_never_chosen(settings, stored):
    settings.set_preference("size", stored)
    assert Preferences(settings, FIELDS).value("size") == 5


def test_what_is_not_possible_is_not_taken(settings):
    preferences = Preferences(settings, FIELDS)
    with pytest.raises(SettingsError, match="from 1 to 9"):
        preferences.set_value("size", 10)
    assert preferences.value("size") == 5


def test_every_preference_has_a_possible_default_a_name_and_a_sentence(settings):
    preferences = make_preferences(settings)
    fields = [field for page in pages() for field in page.fields]
    assert len({field.key for field in fields}) == len(fields) == len(preferences.fields)
    for field in fields:
        field.check(field.default)
        assert field.label
        assert field.help.endswith(".")
