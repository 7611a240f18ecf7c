from __future__ import annotations

from training.run.machine.graphics_cards import (
    GraphicsCard,
    answer_of,
    mac_cards,
    nvidia_cards,
    pci_cards,
    windows_cards,
)


def test_nvidias_tool_tells_name_memory_and_driver():
    def ask(command):
        return "NVIDIA GeForce RTX 3060, 12288, 550.54.14\nTesla T4, [N/A], 550.54.14\n" if command else ""

    assert nvidia_cards(ask) == [
        GraphicsCard("NVIDIA", "NVIDIA GeForce RTX 3060", 12288 * 2**20, "550.54.14"),
        GraphicsCard("NVIDIA", "Tesla T4", None, "550.54.14"),
    ]
    assert nvidia_cards(lambda _: "NVIDIA-SMI has failed because it couldn't communicate\n") == []


def test_cards_on_the_bus_are_found_without_any_driver(tmp_path):
    for name, kind, vendor in [
        ("0000:01:00.0", "0x030000", "0x10de"),
        ("0000:02:00.0", "0x038000", "0x1002"),
        ("0000:03:00.0", "0x020000", "0x8086"),  # a network card
        ("0000:04:00.0", "0x030000", "0x1234"),  # a virtual machine's screen
    ]:
        device = tmp_path / name
        device.mkdir()
        (device / "class").write_text(kind + "\n")
        (device / "vendor").write_text(vendor + "\n")
    assert [card.vendor for card in pci_cards(tmp_path)] == ["NVIDIA", "AMD"]
    assert pci_cards(tmp_path / "nowhere") == []


def test_windows_and_macos_tell_names():
    several = '[{"Name": "Intel(R) UHD Graphics"}, {"Name": "NVIDIA GeForce GTX 1650"}]'
    assert [card.vendor for card in windows_cards(lambda _: several)] == ["Intel", "NVIDIA"]
    assert [card.name for card in windows_cards(lambda _: '{"Name": "AMD Radeon RX 6600"}')] == ["AMD Radeon RX 6600"]
    assert windows_cards(lambda _: "") == []
    mac = '{"SPDisplaysDataType": [{"sppci_model": "Apple M2"}]}'
    assert mac_cards(lambda _: mac) == [GraphicsCard("Apple", "Apple M2")]
    assert mac_cards(lambda _: "no json") == []


def test_a_tool_that_is_not_there_says_nothing():
    assert answer_of(["no-such-program-anywhere"]) == ""
    assert answer_of(["false"]) == ""
