"""Lists the packages for setuptools: every folder below a mapped one, so that the wheel cannot miss one."""

from setuptools import find_namespace_packages, setup

FOLDERS = ("datasets", "envs", "sandbox", "trainers", "verifiers")
DATA_FILES = ("c", "h", "json", "jsonl", "md", "npz", "sh", "tsv", "txt", "yaml")
NOT_PACKAGES = ["_r1*", "__pycache__*", "*.__pycache__*"]


def packages() -> list[str]:
    return ["r1", "r1.command"] + [
        f"r1.{folder}{'.' + inner if inner else ''}"
        for folder in FOLDERS
        for inner in ["", *find_namespace_packages(folder, exclude=NOT_PACKAGES)]
    ]


setup(
    packages=packages(),
    package_data={"": [f"*.{kind}" for kind in DATA_FILES] + ["py.typed", "Dockerfile"]},
)
