import Foundation
import PostgresStorage
import Testing

extension DatabaseAddress {
    /// The folder with the server's socket, as the throw-away cluster's address names it.
    var socketFolder: String {
        get throws {
            let items = URLComponents(string: connectionString)?.queryItems ?? []
            return try #require(items.first { $0.name == "host" }?.value, "the cluster has no socket")
        }
    }

    /// The same server by a socket in another folder.
    func replacing(socketFolder: String) throws -> DatabaseAddress {
        DatabaseAddress(
            connectionString.replacingOccurrences(of: "host=\(try self.socketFolder)", with: "host=\(socketFolder)")
        )
    }
}
