import ServiceAssembly
import Testing

struct ClusterLocationTests {
    @Test func theSocketIsBesideTheCluster() {
        let folder = ClusterLocation.socketFolderPath(for: "/srv/mneme/postgres", isRoot: false)
        #expect(folder == "/srv/mneme/postgres/run")
    }

    @Test(arguments: 1...300, [true, false])
    func theSocketPathIsNeverTooLong(length: Int, isRoot: Bool) {
        let clusters = "/" + String(repeating: "d", count: length)
        let folder = ClusterLocation.socketFolderPath(for: clusters, isRoot: isRoot)
        #expect("\(folder)/.s.PGSQL.5432".utf8.count <= ClusterLocation.longestSocketPath)
    }

    @Test func aCommaWouldSeparateHosts() {
        let folder = ClusterLocation.socketFolderPath(for: "/srv/one,two/postgres", isRoot: false)
        #expect(!folder.contains(","))
    }

    @Test func deepFoldersHaveSocketsOfTheirOwn() {
        let deep = "/" + String(repeating: "d", count: 200)
        let folders = Set((0..<100).map { ClusterLocation.socketFolderPath(for: "\(deep)\($0)", isRoot: false) })
        #expect(folders.count == 100)
        #expect(
            ClusterLocation.socketFolderPath(for: deep, isRoot: true)
                == ClusterLocation.socketFolderPath(for: deep, isRoot: true)
        )
    }
}
