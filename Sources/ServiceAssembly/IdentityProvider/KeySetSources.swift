internal import CurlTransport
internal import Foundation
internal import MemoryModel

/// The identity provider's key set as configured: a file, or an address that is asked over HTTP.
enum KeySetSources {
    /// A set is a few kilobytes; more than this is something else.
    static let largest = 1 << 20

    /// The source that a setting names.
    static func source(named text: String) throws(TransportError) -> any KeySetSource {
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else { return KeySetFile(path: text) }
        // The operator named the host: it may have a private address, and no other host is ever asked.
        let hosts = Set([URL(string: text)?.host()].compactMap(\.self))
        let settings = TransportSettings(addresses: AddressPolicy(trustedHosts: hosts), connections: 1)
        return KeySetAddress(url: text, transport: try CurlTransport(settings: settings))
    }
}

/// A key set in a file, which the operator replaces to rotate keys.
private struct KeySetFile: KeySetSource {
    let path: String

    func keySet() async throws(KeySetSourceError) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { throw KeySetSourceError(.unreachable) }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: KeySetSources.largest + 1) else {
            throw KeySetSourceError(.unreachable)
        }
        guard data.count <= KeySetSources.largest else { throw KeySetSourceError(.tooLarge) }
        return Array(data)
    }
}

/// A key set at an address; redirects are not followed.
private struct KeySetAddress: KeySetSource {
    let url: String
    let transport: CurlTransport

    func keySet() async throws(KeySetSourceError) -> [UInt8] {
        let limits = TransportLimits(
            connectTime: .seconds(1),
            totalTime: .seconds(2),
            responseBytes: KeySetSources.largest,
            headerBytes: 16 << 10
        )
        let request = HTTPRequest(.get, url, headers: [("Accept", "application/json")])
        let response: HTTPResponse
        do {
            response = try await transport.send(request, limits: limits)
        } catch {
            throw KeySetSourceError(error.code == .responseTooLarge ? .tooLarge : .unreachable)
        }
        guard response.status == 200 else { throw KeySetSourceError(.refused) }
        return response.body
    }
}
