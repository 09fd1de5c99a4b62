// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Every statement that runs more than once: a connection prepares each at most once.
enum Query: Int, CaseIterable {
    case begin, commit, rollback
    case updateObject, replaceObject, removeObject, objects
    case replaceElement, removeElement, removeElements, elements
    case appendRevision, oldestRevisions, removeRevisions, newestRevision, revision, revisionsBefore, revisionTotals
    case metadata, setMetadata, removeMetadata

    var text: String {
        switch self {
        case .begin: "BEGIN IMMEDIATE"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        // The usual change leaves the place alone; then the index on it need not be touched.
        case .updateObject:
            "UPDATE objects SET name=?5, body=?6 WHERE kind=?1 AND id=?2 AND parent=?3 AND position=?4"
        case .replaceObject:
            "INSERT OR REPLACE INTO objects(kind, id, parent, position, name, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
        case .removeObject: "DELETE FROM objects WHERE kind=?1 AND id=?2"
        case .objects:
            "SELECT kind, id, parent, position, name, body FROM objects ORDER BY parent, kind, position, id"
        case .replaceElement: "INSERT OR REPLACE INTO elements(policy, data, time, deadline) VALUES(?1, ?2, ?3, ?4)"
        case .removeElement: "DELETE FROM elements WHERE policy=?1 AND data=?2"
        case .removeElements: "DELETE FROM elements WHERE policy=?1"
        case .elements: "SELECT policy, data, time, deadline FROM elements ORDER BY policy, data"
        case .appendRevision:
            """
            INSERT INTO revisions(revision, time, uid, gid, pid, socket, comment, objects, change, undo)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """
        case .oldestRevisions:
            """
            SELECT revision, length(change) + length(undo) FROM revisions
            WHERE revision < ?1 ORDER BY revision LIMIT ?2
            """
        case .removeRevisions: "DELETE FROM revisions WHERE revision <= ?1"
        case .newestRevision: "SELECT max(revision) FROM revisions"
        case .revision:
            """
            SELECT revision, time, uid, gid, pid, socket, comment, objects, change, undo FROM revisions
            WHERE revision = ?1
            """
        case .revisionsBefore:
            """
            SELECT revision, time, uid, gid, pid, socket, comment, objects FROM revisions
            WHERE revision < ?1 ORDER BY revision DESC LIMIT ?2
            """
        case .revisionTotals: "SELECT count(*), coalesce(sum(length(change) + length(undo)), 0) FROM revisions"
        case .metadata: "SELECT value FROM metadata WHERE key = ?1"
        case .setMetadata: "INSERT OR REPLACE INTO metadata(key, value) VALUES(?1, ?2)"
        case .removeMetadata: "DELETE FROM metadata WHERE key = ?1"
        }
    }
}
