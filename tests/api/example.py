"""example.py README NAME TARGET: writes the program NAME of the README to TARGET."""
import sys
import textwrap

readme, name, target = sys.argv[1:]
text = open(readme, encoding="utf-8").read()
begin = f"<!-- example: {name} -->"
program = text.split(begin)[1].split("<!-- end -->")[0]
with open(target, "w", encoding="utf-8") as file:
    file.write(textwrap.dedent(program).strip() + "\n")
