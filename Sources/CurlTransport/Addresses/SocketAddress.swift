/// The address part of a socket address, as bytes in network order: four for IPv4, sixteen for IPv6.
package struct SocketAddress: Sendable, Hashable {
    /// What an address belongs to, as far as reaching it can be a danger.
    package enum Zone: Sendable, Hashable {
        /// Anywhere in the public internet.
        case publicInternet
        /// Loopback, private networks, carrier-grade NAT, unique local.
        case privateNetwork
        /// Link-local (with cloud metadata services), multicast, unspecified, reserved.
        case neverReached
    }

    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The zone of the address; an IPv4 address inside IPv6 has the zone of the inner one.
    package var zone: Zone {
        switch bytes.count {
        case 4: Self.zone(v4: bytes)
        case 16: Self.zone(v6: bytes)
        default: .neverReached
        }
    }

    private static func zone(v4 bytes: [UInt8]) -> Zone {
        switch (bytes[0], bytes[1]) {
        case (10, _), (127, _), (172, 16...31), (192, 168), (100, 64...127): .privateNetwork
        case (169, 254), (0, _), (224...255, _), (198, 18...19): .neverReached
        case (192, 0) where bytes[2] == 0 || bytes[2] == 2: .neverReached
        case (198, 51) where bytes[2] == 100: .neverReached
        case (203, 0) where bytes[2] == 113: .neverReached
        default: .publicInternet
        }
    }

    private static func zone(v6 bytes: [UInt8]) -> Zone {
        let leadingZeros = bytes.prefix { $0 == 0 }.count
        if leadingZeros >= 15 {
            return bytes[15] == 1 ? .privateNetwork : .neverReached
        }
        // v4-mapped ::ffff:a.b.c.d, and the NAT64 and 6to4 prefixes, carry an IPv4 address.
        if leadingZeros == 10, bytes[10] == 0xFF, bytes[11] == 0xFF { return zone(v4: Array(bytes[12...])) }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) { return zone(v4: Array(bytes[12...])) }
        if bytes.starts(with: [0x20, 0x02]) { return zone(v4: Array(bytes[2..<6])) }
        switch (bytes[0], bytes[1]) {
        case (0xFC...0xFD, _): return .privateNetwork
        // Public addresses are in 2000::/3; Teredo and documentation ranges inside it are not.
        case (0x20, 0x01) where bytes[2] == 0 || (bytes[2] == 0x0D && bytes[3] == 0xB8): return .neverReached
        case (0x20...0x3F, _): return .publicInternet
        default: return .neverReached
        }
    }
}

/// Which hosts may be reached at which addresses, and which without TLS.
///
/// Guards against requests that a URL or a DNS answer steers to services inside the network. The address is checked when the socket
/// is made, after resolution, so a second DNS answer cannot differ from the checked one.
public struct AddressPolicy: Sendable, Hashable {
    private let trustedHosts: Set<String>

    /// Makes a policy.
    ///
    /// - Parameter trustedHosts: Hosts that the operator named: they may have private addresses and may be spoken to over plain `http`.
    public init(trustedHosts: Set<String> = []) {
        self.trustedHosts = Set(trustedHosts.map { $0.lowercased() })
    }

    package func trusts(host: String) -> Bool {
        trustedHosts.contains(host.lowercased())
    }

    package func allows(_ address: SocketAddress, forHost host: String) -> Bool {
        switch address.zone {
        case .publicInternet: true
        case .privateNetwork: trusts(host: host)
        case .neverReached: false
        }
    }
}
