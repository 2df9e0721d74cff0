"""Holds JSON texts against JSON Schemas with an implementation that is not ours (python3-jsonschema).

Reads lines of JSON from standard input: {"name": N, "schema": S} makes a schema known,
{"of": N, "text": T, "valid": B} holds the JSON text T against it. Writes a line for every schema
that is no schema and every text whose validity is not B, and at last how many texts were checked.
"""
import decimal
import json
import re
import sys

import jsonschema

# Numbers of JSON are decimal: in binary 0.3 is no multiple of 0.0001.
decimal.getcontext().prec = 1200


def ecma_pattern(validator, pattern, instance, schema):
    # Python's `$` also matches before a last line feed, that of ECMAScript only at the end.
    if validator.is_type(instance, "string"):
        if not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
            yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator, {"pattern": ecma_pattern})


def read(text):
    return json.loads(text, parse_float=decimal.Decimal)


def main():
    schemas = {}
    checked = {True: 0, False: 0}
    for line in sys.stdin.buffer:
        given = read(line)
        if "name" in given:
            try:
                Validator.check_schema(given["schema"])
            except jsonschema.SchemaError as error:
                print(f"{given['name']}: no schema: {error.message}")
            schemas[given["name"]] = Validator(given["schema"])
            continue
        error = next(schemas[given["of"]].iter_errors(read(given["text"])), None)
        checked[given["valid"]] += 1
        if given["valid"] and error is not None:
            print(f"{given['of']}: refused {given['text']}: at {list(error.absolute_path)}: "
                  f"{error.message[:300]}")
        if not given["valid"] and error is None:
            print(f"{given['of']}: accepted {given['text']}")
    print(f"checked {checked[True]} valid and {checked[False]} invalid texts")


main()
