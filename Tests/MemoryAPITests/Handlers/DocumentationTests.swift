import Foundation
import HTTPTypes
import MemoryAPI
import MemoryAPITestSupport
import Testing

struct DocumentationTests {
    private var page: String {
        get throws {
            var folder = URL(filePath: #filePath).resolvingSymlinksInPath()
            for _ in 0..<4 { folder.deleteLastPathComponent() }
            return try String(contentsOf: folder.appending(path: "docs/api.md"), encoding: .utf8)
        }
    }

    @Test func everyRouteIsOnThePage() async throws {
        let page = try page
        for route in try await TestService().service.table.routes {
            #expect(page.contains("\(route.name)`"), "\(route.name)")
        }
    }

    @Test func everyProblemCodeIsOnThePageWithItsStatus() throws {
        let lines = try page.split(separator: "\n")
        for code in ProblemCode.allCases {
            #expect(
                lines.contains { $0.hasPrefix("| \(code.status.code) |") && $0.contains("`\(code.rawValue)`") },
                "\(code)"
            )
        }
    }
}
