//! Who counts as one client where clients are told apart by their address.

use std::net::{IpAddr, Ipv6Addr};

/// The address that stands for a client: with IPv6 the network of 64 bits, because a client has all addresses of one. An IPv4 address that is
/// written as IPv6 is the same client.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::network;

    #[rstest]
    #[case("192.0.2.7", "192.0.2.7")]
    #[case("::ffff:192.0.2.7", "192.0.2.7")]
    #[case("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    #[case("::1", "::")]
    fn a_network_of_ipv6_is_one_client(#[case] address: &str, #[case] expected: &str) {
        assert_eq!(network(address.parse().expect("an address")).to_string(), expected);
    }
}
