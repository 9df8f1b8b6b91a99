import Leases
import NIOCore
import Server
import Settings

/// Tries the stores of locks and conversations.
enum StoreHealthChecks {
    static func checks(_ stores: WorkerStores, _ endpoints: Endpoints) -> [HealthCheck] {
        let connections = stores.connections.map { connection in
            HealthCheck(
                part: connection.part.rawValue, place: connection.place,
                advice: connection.advice ?? "start the server, or correct '\(connection.part)' in the endpoints",
                onRefusal: connection.advice
                    ?? "correct user and password of '\(connection.part)' in the endpoints, or what the user may do"
            ) {
                try await connection.attempt()
                return ""
            }
        }
        let missing = ["lock_store", "tracker_store"].filter { part in !connections.contains { $0.part == part } }
        return missing.map { HealthCheck(part: $0, place: "in memory", advice: "") { "for one worker only" } }
            + connections
    }
}
