"""The compact word lists and letter statistics behind `r1.verifiers.language`; README.md says where they come from."""
