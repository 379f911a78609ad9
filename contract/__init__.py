"""The contract's files, made from the code: `python -m contract` writes them into docs/, `--check` compares them."""
