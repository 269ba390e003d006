import MemoryEngine
import MemoryModel

/// The shapes of texts that several payloads share, under the configured limits.
struct SharedShapes: Sendable {
    let label: Shape<String>
    let tags: Shape<[String]>
    let metadata: Shape<[String: JSONValue]>

    init(_ configuration: APIConfiguration) {
        label = .text(1...configuration.limits.label)
        tags = .list(label, 0...configuration.limits.tags)
        metadata = .freeFields(maximumBytes: configuration.metadataLimit)
    }
}
