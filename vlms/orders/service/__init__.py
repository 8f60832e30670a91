"""What people do with orders: draft, price, place, record, deliver, cancel."""
