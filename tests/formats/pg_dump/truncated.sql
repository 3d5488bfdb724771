--
-- PostgreSQL database dump
--

-- Started on 2024-06-18 04:00:02 CEST

CREATE TABLE t (id integer);
