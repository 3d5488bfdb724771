-- MySQL dump 10.13  Distrib 8.0.37, for Linux (x86_64)
--
-- Host: db.example.com    Database: auth
-- ------------------------------------------------------
-- Server version	8.0.37

-- CHANGE MASTER TO MASTER_LOG_FILE='bin.000001', MASTER_LOG_POS=967;

CREATE TABLE t (id int);

-- Dump completed on 2024-06-18  2:11:41
