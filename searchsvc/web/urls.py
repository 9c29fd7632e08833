"""The pages. The last address is every record's, so this list comes last."""

from django.urls import path

from searchsvc.web.covers import cover
from searchsvc.web.home import home
from searchsvc.web.records import record
from searchsvc.web.search import search

urlpatterns = [
    path("", home, name="home"),
    path("search", search, name="search"),
    path("covers/<slug:name>/<path:key>.svg", cover, name="cover"),
    path("<slug:name>/<path:key>", record, name="record"),
]
