from django.test.utils import CaptureQueriesContext


def of_the_page(queries: CaptureQueriesContext) -> list[str]:
    """What a request asked once its scope stood. The scope itself has a budget of its own."""
    texts = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    scope = next(place for place, text in enumerate(texts) if "set_config('role'" in text)
    return texts[scope + 1 :]
