from __future__ import annotations

import psutil

from training.run.machine.machine import disk_free, memory_and_free, processor_name, this_machine


def test_this_computer_has_memory_cores_and_a_name():
    machine = this_machine()
    assert 0 < machine.memory_free <= machine.memory
    assert machine.cores >= 1
    assert machine.system
    assert machine.processor


def test_a_containers_limit_counts_where_it_is_the_smaller_one(tmp_path):
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("400000\n")
    assert memory_and_free(tmp_path) == (1_000_000, 600_000)
    (tmp_path / "memory.stat").write_text("anon 100\ninactive_file 300000\nactive_file 5\n")
    assert memory_and_free(tmp_path) == (1_000_000, 900_000)  # files that were read make room when it is needed
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_and_free(tmp_path)[0] == psutil.virtual_memory().total


def test_the_disk_of_a_folder_that_is_not_there_yet_is_that_of_its_parent(tmp_path):
    free = disk_free(tmp_path / "runs" / "later")
    assert free is not None
    assert free > 0


def test_a_processor_is_called_by_its_name(tmp_path):
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Fast One 9000\n")
    assert processor_name(tmp_path / "cpuinfo") == "Fast One 9000"
    assert processor_name(tmp_path / "no such file")
