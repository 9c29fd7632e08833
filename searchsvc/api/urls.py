from django.urls import path

from searchsvc.api import views

urlpatterns = [
    path("indexes/<slug:index>/search", views.search, name="api-search"),
]
