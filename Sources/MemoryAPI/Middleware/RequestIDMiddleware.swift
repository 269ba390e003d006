import HTTPTypes
import Hummingbird
import MemoryModel

/// Gives each request an id: the client's own where it is sane, else a new one.
///
/// Answers and logs carry it.
struct RequestIDMiddleware: RouterMiddleware {
    typealias Context = EdgeContext

    private static let longest = 128

    let identifiers: IdentifierGenerator

    func handle(
        _ request: Request,
        context: EdgeContext,
        next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = requestID(from: request.headers[.xRequestID])
        var response = try await next(request, context)
        response.headers[.xRequestID] = context.requestID
        return response
    }

    private func requestID(from header: String?) -> String {
        if let header, (1...Self.longest).contains(header.utf8.count), header.utf8.allSatisfy(Self.isSane) {
            return header
        }
        return identifiers.next(Call.self).description
    }

    private static func isSane(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
