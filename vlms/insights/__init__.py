"""Insights: home pages, planner, forecasts, calendar. Reads only."""
