--
-- PostgreSQL database dump
--

-- Dumped from database version 15.7
-- Dumped by pg_dump version 15.7

-- Started on 2024-06-18 04:00:02 CEST

SET statement_timeout = 0;

-- Completed on 2024-06-18 04:00:31 CEST

--
-- PostgreSQL database dump complete
--
