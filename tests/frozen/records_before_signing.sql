BEGIN TRANSACTION;
CREATE TABLE account (
	account TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	space TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	subject TEXT, 
	created DATETIME NOT NULL, 
	disabled DATETIME, 
	PRIMARY KEY (account), 
	UNIQUE (subject)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE attempt (
	number INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (number)
);
CREATE TABLE contact (
	ref TEXT NOT NULL, 
	space TEXT NOT NULL, 
	sealed BLOB NOT NULL, 
	PRIMARY KEY (ref)
);
CREATE TABLE current (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	parent TEXT NOT NULL, 
	space TEXT NOT NULL, 
	author TEXT NOT NULL, 
	marking TEXT NOT NULL, 
	usage TEXT NOT NULL, 
	restricted BOOLEAN NOT NULL, 
	erased BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "current" VALUES('r0','evidence',1,'','gov','amira','AMBER','restricted',0,0);
INSERT INTO "current" VALUES('r1','evidence',2,'','gov','amira','AMBER','restricted',0,0);
INSERT INTO "current" VALUES('r2','evidence',1,'','gov','amira','AMBER','restricted',0,0);
INSERT INTO "current" VALUES('r3','evidence',2,'','gov','amira','AMBER','restricted',0,1);
INSERT INTO "current" VALUES('n0','evidence',1,'','ngo','nadia','AMBER','restricted',0,0);
CREATE TABLE data_key (
	id TEXT NOT NULL, 
	wrapped BLOB NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "data_key" VALUES('r2',X'46CA320AB9453B4B78273BD0F6A308C6C54D5E413C54B32B39108130954F8C61DC44833E93C0726767A10B1F489F00AE8F5E63FABD437A95239C16B0');
CREATE TABLE entry (
	chain TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	action TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	sealed BLOB, 
	sealed_hash TEXT NOT NULL, 
	stamp TEXT NOT NULL, 
	parent TEXT NOT NULL, 
	place TEXT NOT NULL, 
	who TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	why TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (chain, number), 
	CONSTRAINT entry_version UNIQUE (id, version)
);
INSERT INTO "entry" VALUES('gov',1,'write','evidence','r0',1,'{"title":"a report"}',NULL,'','{"author":"amira","editors":[],"marking":"AMBER","named":[],"restricted":false,"shared":[],"space":"gov","usage":"restricted"}','','','amira','2026-05-04 09:00:00.000000','first','0000000000000000000000000000000000000000000000000000000000000000','4d33d2a1470de0bc255aa7d5fa6567a90d3fbc500a159249f32aa4bed08bb1ce');
INSERT INTO "entry" VALUES('gov',2,'write','evidence','r1',1,'{"title":"a report"}',NULL,'','{"author":"amira","editors":[],"marking":"AMBER","named":[],"restricted":false,"shared":[],"space":"gov","usage":"restricted"}','','','amira','2026-05-04 09:00:00.000000','first','4d33d2a1470de0bc255aa7d5fa6567a90d3fbc500a159249f32aa4bed08bb1ce','3a8521cd4c3412096570ee6793eed71f9f1961fa869f3488801c941231d3aec5');
INSERT INTO "entry" VALUES('gov',3,'write','evidence','r2',1,'{"title":"a report"}',X'F12805BC25A55EBCF6B22BA7F14826749ED6381BCE33E40611B9F92E8EC9DB0D095AD42729717A325F4D','c2afdcb9cd93e80738b51ce2513b22358cf35a8805ffc6f1e254b154d57c1e68','{"author":"amira","editors":[],"marking":"AMBER","named":[],"restricted":false,"shared":[],"space":"gov","usage":"restricted"}','','','amira','2026-05-04 09:00:00.000000','first','3a8521cd4c3412096570ee6793eed71f9f1961fa869f3488801c941231d3aec5','66baa678df0b639b1ea57c88c4a9a4297091e907794e8de513f7c3020a78ac18');
INSERT INTO "entry" VALUES('gov',4,'write','evidence','r3',1,'{"title":"a report"}',X'EE74B0D3DE80F1C84780BA90EAE8513293F7D59D708D6FEAD82106C5D735C187B454EC395B9D73DAE119','a83b4fe959b5ab118c9f396bfa9fc61e2881d2db8eb02aac85630ee91c44ecd3','{"author":"amira","editors":[],"marking":"AMBER","named":[],"restricted":false,"shared":[],"space":"gov","usage":"restricted"}','','','amira','2026-05-04 09:00:00.000000','first','66baa678df0b639b1ea57c88c4a9a4297091e907794e8de513f7c3020a78ac18','da18db5ae757accb56a42dbcc0dc1300280f22b677e6d53fb6d53c09653e048d');
INSERT INTO "entry" VALUES('gov',5,'write','evidence','r1',2,'{"title":"a second report"}',NULL,'','{"author":"amira","editors":[],"marking":"AMBER","named":[],"restricted":false,"shared":[],"space":"gov","usage":"restricted"}','','','amira','2026-05-05 09:00:00.000000','corrected','da18db5ae757accb56a42dbcc0dc1300280f22b677e6d53fb6d53c09653e048d','25180d25e1c5fd8bf9431b6a4c3801594d684f0001f1e567bed2a77563215270');
INSERT INTO "entry" VALUES('gov',6,'erase','evidence','r3',2,'{"title":"a report"}',NULL,'','{"author":"amira","editors":[],"marking":"AMBER","named":[],"restricted":false,"shared":[],"space":"gov","usage":"restricted"}','','','hana','2026-05-05 09:00:00.000000','asked','25180d25e1c5fd8bf9431b6a4c3801594d684f0001f1e567bed2a77563215270','3cb44d734695443d3f7d9c6ecfe6621fcac492698295eab8a01f0d784cd7544b');
INSERT INTO "entry" VALUES('ngo',1,'write','evidence','n0',1,'{"title":"a report"}',NULL,'','{"author":"nadia","editors":[],"marking":"AMBER","named":[],"restricted":false,"shared":[],"space":"ngo","usage":"restricted"}','','','nadia','2026-05-04 09:00:00.000000','first','0000000000000000000000000000000000000000000000000000000000000000','bd89f02dbd8b120088d7031470a953186f8977694e808a02aaf4a703767328ba');
INSERT INTO "entry" VALUES('access-log',1,'log','access','01m8ea0e18kapan7kf9c16d0m7',1,'{"action":"export","details":{"rows":2},"what":"evidence"}',NULL,'','','','','amira','2026-05-05 09:00:00.000000','','0000000000000000000000000000000000000000000000000000000000000000','4a9ebdd19c29c46d020a673c79292aa6b1517430758c100ec3c77f73b2d0fa69');
CREATE TABLE granted (
	id TEXT NOT NULL, 
	sort TEXT NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (id, sort, name)
);
CREATE TABLE head (
	chain TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	hash TEXT NOT NULL, 
	seal TEXT NOT NULL, 
	PRIMARY KEY (chain)
);
INSERT INTO "head" VALUES('gov',6,'3cb44d734695443d3f7d9c6ecfe6621fcac492698295eab8a01f0d784cd7544b','6dc8efd4053c9aafcd929772265b2b5c60ac9e599f447ed563bf6cdf54d37ce5');
INSERT INTO "head" VALUES('ngo',1,'bd89f02dbd8b120088d7031470a953186f8977694e808a02aaf4a703767328ba','4cc503433f031b076f0ddfe29a1015c057000f6830fa382ea1e06a58c539ccdf');
INSERT INTO "head" VALUES('access-log',1,'4a9ebdd19c29c46d020a673c79292aa6b1517430758c100ec3c77f73b2d0fa69','47d192d16d8b6bfd0eb3d1be799f567442c7806fa695a4aeeb1e752e94ec7f88');
CREATE TABLE one_time (
	token_hash TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	details TEXT NOT NULL, 
	ends DATETIME NOT NULL, 
	PRIMARY KEY (token_hash)
);
CREATE TABLE session (
	token_hash TEXT NOT NULL, 
	account TEXT NOT NULL, 
	csrf TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	seen DATETIME NOT NULL, 
	ends DATETIME NOT NULL, 
	PRIMARY KEY (token_hash)
);
CREATE TABLE space (
	id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	type TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE words (
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (id, version)
);
INSERT INTO "words" VALUES('r0',1,'a report');
INSERT INTO "words" VALUES('r1',1,'a report');
INSERT INTO "words" VALUES('r2',1,'a report');
INSERT INTO "words" VALUES('r3',1,'a report');
INSERT INTO "words" VALUES('r1',2,'a second report');
INSERT INTO "words" VALUES('r3',2,'a report');
INSERT INTO "words" VALUES('n0',1,'a report');
CREATE INDEX entry_place ON entry (place, kind);
CREATE INDEX entry_at ON entry (chain, at);
CREATE INDEX current_kind ON current (kind, id);
CREATE INDEX current_parent ON current (parent, kind);
CREATE INDEX ix_session_account ON session (account);
CREATE INDEX attempt_key ON attempt ("key", at);
CREATE TRIGGER entry_refuses_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed or deleted; append a next version'); END;
CREATE TRIGGER entry_refuses_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed or deleted; append a next version'); END;
COMMIT;
