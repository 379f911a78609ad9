"""The desktops' channel: Bayeux, the protocol of CometD, by which a desktop hears of its agent's sessions."""
