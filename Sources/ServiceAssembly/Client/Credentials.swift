internal import Foundation

/// The key of a service that runs on this machine, as the file `credentials` of its data directory holds it.
package struct Credentials: Codable, Sendable {
    /// Where the service answers, without a slash at the end.
    package let url: String
    /// The workspace made at first start.
    package let workspaceID: String
    /// The person whose key this is.
    package let userID: String
    /// The key's id, by which it can be revoked.
    package let keyID: String
    /// The key itself; never to be logged or printed.
    package let apiKey: String

    private enum CodingKeys: String, CodingKey {
        case url
        case workspaceID = "workspace_id"
        case userID = "user_id"
        case keyID = "key_id"
        case apiKey = "api_key"
    }

    package init(url: String, workspaceID: String, userID: String, keyID: String, apiKey: String) {
        self.url = url
        self.workspaceID = workspaceID
        self.userID = userID
        self.keyID = keyID
        self.apiKey = apiKey
    }

    /// The file's path in a data directory.
    package static func path(in directory: DataDirectory) -> String { directory.file("credentials") }

    /// Reads the credentials of a data directory; nil where none were made yet.
    package static func read(in directory: DataDirectory) throws(DataDirectoryError) -> Credentials? {
        let path = path(in: directory)
        guard let text = try PrivateFile.read(path) else { return nil }
        do {
            return try JSONDecoder().decode(Credentials.self, from: Data(text.utf8))
        } catch {
            // The decoder's own words could quote the file.
            throw .inaccessible(path: path, reason: "it is not a credentials file")
        }
    }

    /// Writes the credentials so that only their owner may read them.
    package func write(in directory: DataDirectory) throws(DataDirectoryError) {
        let path = Self.path(in: directory)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try PrivateFile.write(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", to: path)
        } catch let error as DataDirectoryError {
            throw error
        } catch {
            throw .inaccessible(path: path, reason: "the credentials cannot be written as JSON")
        }
    }
}
