//! Web servers' access logs -> pageviews and rejects. Source floor.

mod request;
