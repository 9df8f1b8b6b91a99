import Leases
import Logging
import NIOCore
import Prefork
import Settings
import Stores

/// Where one worker keeps conversations and their locks; made after the fork, since connections belong to a process.
struct WorkerStores: Sendable {
    /// Gives each conversation to one turn at a time.
    let leases: any LeaseStore = InterimLeases()
    /// Keeps the conversations.
    let trackers: any TrackerStore = InterimTrackers()
    private let endpoints: Endpoints

    /// - Parameter owner: The name under which leases are held.
    init(_ settings: RunSettings, owner: String, loop: any EventLoop) {
        endpoints = settings.endpoints
    }

    /// Asks the servers for a sign of life.
    ///
    /// - Throws: ``BootFailure`` that names the server.
    func check() async throws(BootFailure) {
        guard endpoints.lockStore == .inMemory, endpoints.trackerStore == .inMemory else {
            throw BootFailure("stores in Redis are not wired yet", status: ExitStatus.configuration)
        }
    }

    /// Gives back the leases of a worker that died.
    func releaseLeases(of owner: String, logger: Logger) async {}

    /// Closes connections, conversations first: a turn's lease ends after its last word to the store.
    func close() async {
        await trackers.close()
        await leases.close()
    }
}
