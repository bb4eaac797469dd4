"""What the muscle catalogue says of a place, as the database asks it. Written from programs/content/muscles.json."""

import json

from clinics.constraints import refuse
from programs import catalogue

_PLACES = {
    one.key: {
        "region": one.region,
        "levels": list(one.levels) if one.level_required else [],
        "classes": [one.region_class],
        "classes_at": {level: one.classes(level) for level in one.region_class_by_level},
        "cap": one.length_cap_mm,
        "cap_at": dict(one.length_cap_by_level_mm),
    }
    for one in catalogue.muscles()
}

# A needle is never longer than the place allows, drafts included: the number in the record is what went in.
NEEDLED_PLACE = f"""
DECLARE
    place jsonb := '{json.dumps(_PLACES, sort_keys=True)}'::jsonb -> NEW.muscle;
    longest integer;
BEGIN
    IF place IS NULL THEN {refuse("programs_needlingsite_muscle", "no such muscle")} END IF;
    IF place -> 'levels' <> '[]' AND NOT place -> 'levels' ? NEW.level THEN
        {refuse("programs_needlingsite_level", "this muscle needs a level")}
    END IF;
    longest := coalesce(place -> 'cap_at' ->> NEW.level, place ->> 'cap')::integer;
    IF NEW.length_mm > longest THEN
        {refuse("programs_needlingsite_too_long", "the needle is longer than this place allows")}
    END IF;
    NEW.region := place ->> 'region';
    NEW.classes := ARRAY(SELECT jsonb_array_elements_text(coalesce(place -> 'classes_at' -> NEW.level,
                                                                   place -> 'classes')));
    NEW.lot := upper(btrim(NEW.lot));
END;
RETURN NEW;
"""
