import CurlTransport
import MemoryTestSupport
import Testing

struct RequestRulesTests {
    private func code(_ request: HTTPRequest, trusted: Set<String> = []) async throws -> TransportError.Code? {
        let transport = try CurlTransport(settings: TransportSettings(addresses: AddressPolicy(trustedHosts: trusted)))
        do throws(TransportError) {
            _ = try await transport.send(request, limits: TransportLimits(totalTime: .seconds(5)))
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [
        "http://example.org/", "file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "//example.org",
        "example.org",
        "https://user@example.org/", "https://user:secret@example.org/", "https://", "", "https://exa mple.org/",
        "https://example.org/\r\nX: y", "https://example.org/\u{0}", "dict://127.0.0.1:11211/stats",
    ])
    func urlsThatBreakARuleAreNotSent(url: String) async throws {
        #expect(try await code(HTTPRequest(.get, url)) == .invalidRequest)
    }

    @Test(arguments: [
        ("X-A", "one\r\nX-B: two"), ("X-A", "one\ntwo"), ("X-A", "\u{0}"), ("X A", "v"), ("", "v"), ("X:A", "v"),
        ("X-\u{e9}", "v"),
    ])
    func headersThatBreakTheLineAreNotSent(name: String, value: String) async throws {
        let server = try await ScriptedHTTPServer { _, _ in .respond(status: 200) }
        let request = HTTPRequest(.get, server.baseURL, headers: [(name, value)])
        #expect(try await code(request, trusted: ["127.0.0.1"]) == .invalidRequest)
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        "https://127.0.0.1:PORT/", "https://localhost:PORT/", "https://2130706433:PORT/", "https://0x7f.1:PORT/",
        "https://[::1]:PORT/", "https://[::ffff:127.0.0.1]:PORT/", "https://0.0.0.0:PORT/",
        "https://017700000001:PORT/",
        "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://[fe80::1]/", "https://[fd00::1]/",
        "https://100.64.0.1/", "https://192.168.1.1/", "https://[64:ff9b::7f00:1]/", "https://[::]/",
    ])
    func privateAddressesAreNeverConnectedTo(url: String) async throws {
        let server = try await ScriptedHTTPServer { _, _ in .respond(status: 200) }
        let request = HTTPRequest(.get, url.replacing("PORT", with: "\(server.port)"))
        // Some resolvers refuse the odd spellings themselves; what counts is that nothing connects.
        let found = try await code(request)
        #expect(found == .forbiddenAddress || found == .unresolvedHost || found == .invalidRequest)
        #expect(server.openConnections == 0)
    }

    @Test func metadataServicesStayOutOfReachOfTrustedHosts() async throws {
        let request = HTTPRequest(.get, "http://169.254.169.254/latest/meta-data/")
        #expect(try await code(request, trusted: ["169.254.169.254"]) == .forbiddenAddress)
    }

    @Test func trustNamesOneHostOnly() async throws {
        let server = try await ScriptedHTTPServer { _, _ in .respond(status: 200) }
        #expect(try await code(HTTPRequest(.get, server.baseURL), trusted: ["LOCALHOST"]) == .invalidRequest)
        let named = HTTPRequest(.get, "http://LocalHost:\(server.port)/")
        #expect(try await code(named, trusted: ["LOCALHOST"]) == nil)
    }

    @Test(arguments: [
        ([8, 8, 8, 8], SocketAddress.Zone.publicInternet), ([172, 15, 0, 1], .publicInternet),
        ([172, 16, 0, 1], .privateNetwork),
        ([172, 31, 255, 255], .privateNetwork), ([172, 32, 0, 1], .publicInternet), ([100, 63, 0, 1], .publicInternet),
        ([100, 127, 0, 1], .privateNetwork), ([127, 8, 8, 8], .privateNetwork), ([169, 254, 169, 254], .neverReached),
        ([224, 0, 0, 1], .neverReached), ([255, 255, 255, 255], .neverReached), ([0, 0, 0, 0], .neverReached),
        ([], .neverReached),
        ([0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], .publicInternet),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1], .privateNetwork),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 8, 8, 8, 8], .publicInternet),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1], .neverReached),
        ([0x20, 0x02, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], .privateNetwork),
        ([0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], .neverReached),
        ([0xFD, 0, 0xEC, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54], .privateNetwork),
        ([0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], .neverReached),
    ])
    func everyAddressHasItsZone(bytes: [UInt8], zone: SocketAddress.Zone) {
        #expect(SocketAddress(bytes).zone == zone)
    }
}
