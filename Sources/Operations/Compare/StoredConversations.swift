import Dialogue
import ExactText
import Leases
import Logging
import NIOCore
import Prefork
import Server
import Settings
import Stores
import System

/// Reads the conversations of a tracker store, and writes nothing there.
enum StoredConversations {
    /// - Parameters:
    ///   - path: The file that names the tracker store; nil for the default one.
    ///   - limit: How many conversations are read.
    /// - Throws: ``BootFailure`` with file and line, or the store's reason.
    static func plays(_ path: String?, limit: Int, loop: any EventLoop) async throws(BootFailure) -> [Play] {
        var endpoints = try ConfigurationFiles(logger: Logger(label: "parley")).endpoints(path)
        guard endpoints.trackerStore != .inMemory else {
            throw BootFailure(
                "--conversations: the endpoints name no 'tracker_store' that outlives a server; name the file that "
                    + "does by --endpoints", status: ExitStatus.configuration)
        }
        if case .sql(let settings) = endpoints.trackerStore, settings.dialect == .sqlite,
            !File.exists(settings.database)
        {
            throw BootFailure(
                "--conversations: there is no file '\(settings.database)' (\(settings.place))",
                status: ExitStatus.noInput)
        }
        // Nothing is locked.
        endpoints.lockStore = .inMemory
        var sql = try SQLConfigurationSelection(environment: .process)
        sql.isReadOnly = true
        let stores = WorkerStores(endpoints, sql: sql, leaseSettings: LeaseSettings(), owner: "compare", loop: loop)
        do {
            let plays = try await read(stores.trackers, limit)
            await stores.close()
            return plays
        } catch {
            await stores.close()
            throw BootFailure("--conversations: \(error)", status: ExitStatus.unavailable)
        }
    }

    private static func read(_ store: any TrackerStore, _ limit: Int) async throws -> [Play] {
        let names = Set<ExactString>(try await store.conversations()).sorted()
        var plays: [Play] = []
        for name in names where plays.count < limit {
            guard let stored = try await store.load(name.string) else { continue }
            if let play = StoredConversationPlay.play(name.string, stored.events) { plays.append(play) }
        }
        return plays
    }
}
