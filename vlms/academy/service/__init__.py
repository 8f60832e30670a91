"""What academic institutions do with packs, rosters, sittings and benefits."""
